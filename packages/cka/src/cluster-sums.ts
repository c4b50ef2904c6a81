import { type CentredGram, spans } from './centred-gram';
import { ONE_PAIR } from './pairs';

/** Of two centred Gram matrices K and L, what CKA of resampled clusters needs. */
export interface ClusterSums {
  /** Σ Kᵢⱼ Lᵢⱼ over i in one cluster and j in another, and the same with i and j exchanged: [m, m], its lower triangle. */
  sums: Float64Array;
  /** Σ Kᵢᵢ Lᵢᵢ, with Kᵢᵢ and Lᵢᵢ of HKH whatever the estimator. */
  diagonal: number;
}

/**
 * The sums of (X, Y), (X, X) and (Y, Y) from blocks of their Gram matrices.
 * @param sizes of the clusters, whose items lie side by side
 */
export async function sumsByItems(grams: readonly CentredGram[], sizes: readonly number[]): Promise<ClusterSums[]> {
  const m = sizes.length;
  const ends: number[] = [];
  for (const size of sizes) ends.push((ends.at(-1) ?? 0) + size);
  const n = ends.at(-1)!;
  const place = sizes.flatMap((size, cluster) => Array<number>(size).fill(cluster));
  const sums = ONE_PAIR.map(() => new Float64Array(m * m));
  for (const [from, to] of spans(n)) {
    const blocks: Float64Array[] = [];
    for (const gram of grams) blocks.push(await gram.block(from, to));
    for (const [at, [k, l]] of ONE_PAIR.entries()) {
      const [K, L] = [blocks[k], blocks[l]];
      for (let i = from; i < to; i++) {
        const start = (i - from) * (n - from) - from;
        for (let j = from; j < n; ) {
          const end = Math.min(ends[place[j]], j < to ? to : n);
          let run = 0;
          for (let at = start + j; at < start + end; at++) run += K[at] * L[at];
          const [a, b] = place[i] > place[j] ? [place[i], place[j]] : [place[j], place[i]];
          // Beyond the square block, (i, j) stands for (j, i) too.
          sums[at][a * m + b] += j < to ? run : 2 * run;
          j = end;
        }
      }
    }
  }
  return ONE_PAIR.map(([k, l], at) => ({ sums: sums[at], diagonal: dot(grams[k].diagonal, grams[l].diagonal) }));
}

/** a · b */
export const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
