import { type Matrix, takeRows } from '@interlayer/linalg';
import type { WeightedStatistic } from '@interlayer/stats';
import { gramsOf } from './cka';
import { sumsByItems } from './cluster-sums';
import { sumsByFeatures } from './cluster-sums-by-features';
import { rowsByCluster } from './clusters';
import { type Estimate, normalizer } from './estimator';
import { type CkaOptions, requirePair } from './options';
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
 * CKA for any number of resamples of the clusters, from one pass over the rows: a resample costs m² for m clusters.
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
  const [sortedX, sortedY] = [takeRows(X, order), takeRows(Y, order)];
  const m = clusters.length;
  const sizes = clusters.map(({ length }) => length);
  // The work by features is about (2n + m²)(p + q)², by items n² (p + q).
  const byFeatures = (options.kernel ?? 'linear') === 'linear' && (2 * n + m ** 2) * (X.columns + Y.columns) <= n ** 2;
  const pairs = byFeatures
    ? await sumsByFeatures(sortedX, sortedY, sizes, options)
    : await sumsByItems(await gramsOf(sortedX, sortedY, options), sizes);
  const divisor = normalizer(n, options.estimator ?? 'debiased');
  const [xy, xx, yy] = pairs.map(
    ({ sums, diagonal }): Estimate => ({
      value: sums.reduce((sum, value) => sum + value, 0) / divisor,
      diagonal: diagonal / divisor,
    }),
  );
  const observed = ratio({ xy, xx, yy }, options.matmul ? 'single' : 'double');
  return {
    ...observed,
    clusters: m,
    statistic(weights) {
      if (weights.length !== m)
        throw new Error(`There are ${weights.length} weights for ${m} clusters; give one each.`);
      if (observed.value === null) return Number.NaN;
      const [cross, selfX, selfY] = pairs.map(({ sums }) => resampled(sums, weights));
      return selfX > 0 && selfY > 0 ? quotient(cross, selfX, selfY) : Number.NaN;
    },
  };
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
