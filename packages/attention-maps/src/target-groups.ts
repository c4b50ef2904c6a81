import type { Matrix } from '@interlayer/linalg';

/** Targets that follow one another, `from` … `to` − 1, and how many of the first sources contribute to any of them. */
export interface Targets {
  from: number;
  to: number;
  sources: number;
}

/** Targets are taken together up to about so many slots: products of a few hundred rows run at full speed. */
const SLOTS = 512;
/** Numbers of sources are rounded up to so many parts of n, because a product may have to be compiled for each shape. */
const PARTS = 8;

/**
 * All n targets in groups. What comes after the last token that any head of a target attends to contributes exactly nothing at any
 * scope, so it is left out: in a causal model nearly half of all pairs.
 */
export function targetGroups(attention: readonly Matrix[], n: number): Targets[] {
  const part = Math.ceil(n / PARTS);
  const sources = Array.from({ length: n }, (_, target) =>
    Math.min(n, part * Math.ceil((lastSource(attention, n, target) + 1) / part)),
  );
  const groups: Targets[] = [];
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && sources[to] === sources[from]) to++;
    const most = Math.max(1, Math.round(SLOTS / (sources[from] + 1)));
    const size = Math.ceil((to - from) / Math.ceil((to - from) / most));
    for (let at = from; at < to; at += size)
      groups.push({ from: at, to: Math.min(to, at + size), sources: sources[from] });
  }
  return groups;
}

/** The last token that contributes to a target: one that a head attends to, or the target itself, by its skip. */
function lastSource(attention: readonly Matrix[], n: number, target: number): number {
  let last = target;
  for (const { data } of attention)
    for (let source = n - 1; source > last; source--) if (data[target * n + source] !== 0) last = source;
  return last;
}
