import type { ClusterSum } from './cluster-sums';
import { squaredLength } from './squared-length';

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

/** `coneSize` as a function of weights of the clusters; NaN where every target is 0. */
export function coneSizes(clusters: readonly ClusterSum[]): (weights: ArrayLike<number>) => number {
  const sum = squaredLength(clusters.map(({ directionSum }) => directionSum));
  return (weights) => {
    const rows = clusters.reduce((count, { directions }, k) => count + weights[k] * directions, 0);
    return rows === 0 ? Number.NaN : sum(weights) / rows ** 2;
  };
}
