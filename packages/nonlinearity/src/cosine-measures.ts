import type { ClusterSum } from './cluster-sums';
import { squaredMean } from './cone-size';

/** `gamma` and `gammaByCluster` for weights of the clusters; NaN where no row has a cosine. */
export function cosines(clusters: readonly ClusterSum[], weights: ArrayLike<number>) {
  let [sum, rows, meanSum, counted] = [0, 0, 0, 0];
  for (const [k, { cosines, cosineSum }] of clusters.entries()) {
    if (weights[k] === 0 || cosines === 0) continue;
    sum += weights[k] * cosineSum;
    rows += weights[k] * cosines;
    meanSum += (weights[k] * cosineSum) / cosines;
    counted += weights[k];
  }
  return { gamma: sum / rows, gammaByCluster: meanSum / counted };
}

/** `coneSize` for weights of the clusters; NaN where every target is 0. */
export function coneSizeOf(clusters: readonly ClusterSum[], weights: ArrayLike<number>): number {
  const sum = new Float64Array(clusters[0].directionSum.length);
  let rows = 0;
  for (const [k, { directions, directionSum }] of clusters.entries()) {
    if (weights[k] === 0) continue;
    rows += weights[k] * directions;
    for (let j = 0; j < sum.length; j++) sum[j] += weights[k] * directionSum[j];
  }
  return rows === 0 ? Number.NaN : squaredMean(sum, rows);
}
