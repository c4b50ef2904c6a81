/** Draws without replacement from a population of which some items are marked. */
export interface HypergeometricDraw {
  population: number;
  marked: number;
  draws: number;
}

/**
 * P(at least `observed` of the draws are marked): the exact p-value of seeing so many, one-sided (Fisher's exact test).
 * Float64 in logarithms; probabilities below 1e-308 are 0.
 * @throws when the counts are not integers with 0 ≤ marked, draws ≤ population, or observed is no integer of [0, draws].
 */
export function hypergeometricTail(observed: number, { population, marked, draws }: HypergeometricDraw): number {
  const counts = { population, marked, draws, observed };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Error(`${name} is ${value}; give an integer of at least 0.`);
  }
  if (marked > population || draws > population || observed > draws) {
    throw new Error(
      `There are ${observed} of ${draws} draws from ${population} items with ${marked} marked; nothing may be larger than what it is drawn from.`,
    );
  }
  const least = Math.max(0, draws - (population - marked));
  const most = Math.min(draws, marked);
  if (observed <= least) return 1;
  if (observed > most) return 0;
  // P(k + 1) / P(k); the smaller tail is summed, its largest term first, so nothing cancels.
  const step = (k: number) => ((marked - k) * (draws - k)) / ((k + 1) * (population - marked - draws + k + 1));
  const mode = Math.floor(((marked + 1) * (draws + 1)) / (population + 2));
  let total = 0;
  if (observed > mode) {
    let term = Math.exp(logProbability(observed, counts));
    for (let k = observed; k <= most && term > total * 1e-17; k++) {
      total += term;
      term *= step(k);
    }
    return Math.min(1, total);
  }
  let term = Math.exp(logProbability(observed - 1, counts));
  for (let k = observed - 1; k >= least && term > total * 1e-17; k--) {
    total += term;
    term /= step(k - 1);
  }
  return Math.max(0, 1 - total);
}

/**
 * ln P(exactly k marked) = ln C(n, k) + Σ ln of what is left to draw from, over the shorter of draws and marked (the
 * distribution is symmetric in the two). Unlike differences of log-gammas, no digits are lost in a large population.
 */
function logProbability(k: number, { population, marked, draws }: HypergeometricDraw): number {
  const [n, rest] = draws < marked ? [draws, marked] : [marked, draws];
  let log = 0;
  for (let i = 0; i < n; i++) {
    // The i-th item: one of the k marked ones first, then the others.
    const ways = i < k ? ((rest - i) * (n - i)) / (k - i) : population - rest - (i - k);
    log += Math.log(ways / (population - i));
  }
  return log;
}
