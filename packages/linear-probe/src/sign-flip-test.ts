import { randomIndex } from '@interlayer/stats';

/** Below 1e-4 a p-value would not be resolved. */
const FLIPS = 9999;

/**
 * Two-sided permutation tests of paired differences that lie in groups: if two probes are equally good, a group's
 * difference is as likely to have the other sign. Each p is the share of random signs, the observed ones included, under which the
 * sum is at least as far from zero (Phipson & Smyth 2010).
 * @param differences For each test, the sum of the differences of each group: [tests][groups].
 */
export function signFlipTests(differences: readonly Float64Array[], seed: number): Float64Array {
  const draw = randomIndex(seed);
  const groups = differences[0]?.length ?? 0;
  const sums = differences.map((each) => Math.abs(each.reduce((a, b) => a + b, 0)));
  // Sums of the same terms in other signs differ by rounding.
  const bars = differences.map((each, t) => sums[t] - 1e-12 * each.reduce((a, b) => a + Math.abs(b), 0));
  const extreme = new Float64Array(differences.length).fill(1);
  const signs = new Int8Array(groups);
  for (let flip = 0; flip < FLIPS; flip++) {
    for (let g = 0; g < groups; g++) signs[g] = draw(2) === 0 ? -1 : 1;
    for (const [t, each] of differences.entries()) {
      let sum = 0;
      for (let g = 0; g < groups; g++) sum += signs[g] * each[g];
      if (Math.abs(sum) >= bars[t]) extreme[t]++;
    }
  }
  return extreme.map((count) => count / (FLIPS + 1));
}
