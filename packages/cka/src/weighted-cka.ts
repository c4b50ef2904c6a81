import { type Matrix, takeRows } from '@interlayer/linalg';
import type { WeightedStatistic } from '@interlayer/stats';
import { type CentredGram, spans } from './centred-gram';
import { gramsOf } from './cka';
import { rowsByCluster } from './clusters';
import { type Estimate, normalizer } from './estimator';
import { type CkaOptions, requirePair } from './options';
import { ONE_PAIR } from './pairs';
import { quotient, type Ratio, ratio } from './ratio';

export interface ClusterOptions extends CkaOptions {
  /** The cluster of each row (its sentence, say), whose rows depend on each other; unless given, rows are independent. */
  clusters?: ArrayLike<unknown>;
}

/** CKA as a function of the clusters' weights. */
export interface WeightedCka extends Ratio {
  /** One weight for each cluster, in the order in which they first occur; NaN where CKA is undefined. */
  statistic: WeightedStatistic;
  /** The number of clusters. */
  clusters: number;
}

/**
 * CKA for any number of resamples of the clusters, from one pass over the Gram matrices: a resample costs m² for m clusters.
 *
 * HSIC is a sum over pairs of items. A pair within a cluster counts as often as the cluster was drawn, a pair between two
 * clusters as often as the two were; copies of a cluster are never paired with each other, because they would look like
 * items that are alike. The Gram matrices stay centred as in the whole sample: the first derivative of HSIC with respect to
 * the centring is 0. With all weights 1 it is CKA itself.
 *
 * @throws as {@link cka}, and when there is not one cluster for each row.
 */
export async function weightedCka(X: Matrix, Y: Matrix, options: ClusterOptions = {}): Promise<WeightedCka> {
  requirePair(X, Y, options);
  const n = X.rows;
  const clusters = rowsByCluster(options.clusters ?? [...Array(n).keys()], n);
  // Rows of one cluster side by side: sums over a pair of clusters are then sums over runs.
  const order = clusters.flat();
  const grams = await gramsOf(takeRows(X, order), takeRows(Y, order), options);
  const m = clusters.length;
  const sums = await clusterSums(
    grams,
    clusters.map(({ length }) => length),
  );
  const divisor = normalizer(n, options.estimator ?? 'debiased');
  const [xy, xx, yy] = ONE_PAIR.map(([k, l], at): Estimate => {
    const diagonal = grams[k].diagonal.reduce((sum, value, i) => sum + value * grams[l].diagonal[i], 0);
    return { value: sums[at].reduce((sum, value) => sum + value, 0) / divisor, diagonal: diagonal / divisor };
  });
  const observed = ratio({ xy, xx, yy }, options.matmul ? 'single' : 'double');
  return {
    ...observed,
    clusters: m,
    statistic(weights) {
      if (weights.length !== m)
        throw new Error(`There are ${weights.length} weights for ${m} clusters; give one each.`);
      if (observed.value === null) return Number.NaN;
      const [cross, selfX, selfY] = sums.map((pairs) => resampled(pairs, weights));
      return selfX > 0 && selfY > 0 ? quotient(cross, selfX, selfY) : Number.NaN;
    },
  };
}

/**
 * For each of the pairs, Σ Kᵢⱼ Lᵢⱼ over the items i of one cluster and j of another: [m, m], its lower triangle.
 * @param sizes of the clusters, whose items lie side by side
 */
async function clusterSums(grams: readonly CentredGram[], sizes: readonly number[]): Promise<Float64Array[]> {
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
  return sums;
}

/** Each pair within a cluster as often as the cluster was drawn, each pair between two as often as both were. */
function resampled(sums: Float64Array, weights: ArrayLike<number>): number {
  const m = weights.length;
  let total = 0;
  for (let a = 0; a < m; a++) {
    if (weights[a] === 0) continue;
    let row = sums[a * m + a];
    for (let b = 0; b < a; b++) row += weights[b] * sums[a * m + b];
    total += weights[a] * row;
  }
  return total;
}
