/** A distribution on consecutive integers with a single mode. */
export interface Unimodal {
  /** The smallest and the largest value that has a probability. */
  least: number;
  most: number;
  mode: number;
  /** P(exactly k). */
  at(k: number): number;
  /** P(k + 1) / P(k). */
  step(k: number): number;
}

/** P(X ≥ k). The smaller tail is summed, its largest term first, so nothing cancels; the time grows with the spread of X. */
export function upperTail(distribution: Unimodal, k: number): number {
  if (k <= distribution.mode) return 1 - sumBelow(distribution, k - 1);
  return sumFrom(distribution, k);
}

/** P(X ≤ k). */
export function lowerTail(distribution: Unimodal, k: number): number {
  if (k >= distribution.mode) return 1 - sumFrom(distribution, k + 1);
  return sumBelow(distribution, k);
}

function sumFrom({ least, most, at, step }: Unimodal, first: number): number {
  const start = Math.max(first, least);
  let total = 0;
  for (let k = start, term = k <= most ? at(k) : 0; k <= most && term > total * 1e-17; k++) {
    total += term;
    term *= step(k);
  }
  return Math.min(1, total);
}

function sumBelow({ least, most, at, step }: Unimodal, last: number): number {
  const start = Math.min(last, most);
  let total = 0;
  for (let k = start, term = k >= least ? at(k) : 0; k >= least && term > total * 1e-17; k--) {
    total += term;
    term /= step(k - 1);
  }
  return Math.min(1, total);
}

/** The largest k in [from, to) for which `holds` is true, if it is true up to some k and false beyond; from − 1 if it never is. */
export function lastThat(holds: (k: number) => boolean, from: number, to: number): number {
  let [below, above] = [from - 1, to];
  while (above - below > 1) {
    const middle = below + Math.floor((above - below) / 2);
    if (holds(middle)) below = middle;
    else above = middle;
  }
  return below;
}
