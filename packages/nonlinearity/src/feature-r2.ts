import type { ClusterSum } from './cluster-sums';
import { squaredLength } from './squared-length';

/** A feature that deviates from its mean by less than this share of it varies by rounding only. */
const ROUNDING = 1e-12;

/** Below it, a sum of squares in float64 has lost its digits. */
const LEAST_SPREAD = 1e-290;

/** Sums of squares for weights of the clusters, feature by feature. */
export interface FeatureSums {
  /** Σ (y − mean)²: [q]; 0 for a constant feature. */
  spreads: Float64Array;
  /** Σ (y − f(x))²: [q] */
  residuals: Float64Array;
}

/** The spread of each feature within clusters and between them, so that no offset cancels digits. */
export function featureSums(clusters: readonly ClusterSum[], weights: ArrayLike<number>): FeatureSums {
  const origin = clusters[0].means;
  const q = origin.length;
  const [shifts, spreads, residuals] = [new Float64Array(q), new Float64Array(q), new Float64Array(q)];
  let rows = 0;
  for (const [k, cluster] of clusters.entries()) {
    const count = weights[k] * cluster.rows;
    if (count === 0) continue;
    rows += count;
    for (let j = 0; j < q; j++) {
      shifts[j] += count * (cluster.means[j] - origin[j]);
      residuals[j] += weights[k] * cluster.residuals[j];
    }
  }
  for (let j = 0; j < q; j++) shifts[j] /= rows;
  for (const [k, cluster] of clusters.entries()) {
    const count = weights[k] * cluster.rows;
    if (count === 0) continue;
    for (let j = 0; j < q; j++)
      spreads[j] += weights[k] * cluster.spreads[j] + count * (cluster.means[j] - origin[j] - shifts[j]) ** 2;
  }
  for (let j = 0; j < q; j++) {
    const least = rows * (ROUNDING * (origin[j] + shifts[j])) ** 2;
    if (!(spreads[j] > Math.max(least, LEAST_SPREAD))) spreads[j] = 0;
  }
  return { spreads, residuals };
}

/** A spread that is a smaller share than this of the sums it is the difference of is rounding. */
const CANCELLED = 1e-12;

/** R² of all features together, as a function of weights of the clusters; NaN where no feature varies. */
export function overallR2(clusters: readonly ClusterSum[]): (weights: ArrayLike<number>) => number {
  const { spreads } = featureSums(clusters, new Float64Array(clusters.length).fill(1));
  const varying = [...spreads.keys()].filter((j) => spreads[j] > 0);
  const all = clusters.reduce((sum, { rows }) => sum + rows, 0);
  const offsetsOf = ({ means }: ClusterSum, origin: Float64Array) =>
    Float64Array.from(varying, (j, i) => means[j] - origin[i]);
  // Seen from the mean of all rows, offsets are small, and their squares lose no digits.
  const origin = offsetsOf(clusters[0], new Float64Array(varying.length));
  const offset = new Float64Array(varying.length);
  for (const cluster of clusters)
    for (const [i, value] of offsetsOf(cluster, origin).entries()) offset[i] += (cluster.rows * value) / all;
  for (const [i, value] of offset.entries()) origin[i] += value;
  const offsets = clusters.map((cluster) => offsetsOf(cluster, origin));
  const pooled = clusters.map(({ rows, spreads, residuals }, k) => ({
    rows,
    between: total(offsets[k].map((value) => value * value)),
    within: varying.reduce((sum, j) => sum + spreads[j], 0),
    residual: total(residuals),
  }));
  const shift = squaredLength(offsets);
  const counts = new Float64Array(clusters.length);
  return (weights) => {
    let [rows, within, between, residual] = [0, 0, 0, 0];
    for (let k = 0; k < pooled.length; k++) {
      const cluster = pooled[k];
      const count = weights[k] * cluster.rows;
      counts[k] = count;
      if (count === 0) continue;
      rows += count;
      within += weights[k] * cluster.within;
      between += count * cluster.between;
      residual += weights[k] * cluster.residual;
    }
    const spread = within + between - shift(counts) / rows;
    return spread > Math.max(CANCELLED * between, LEAST_SPREAD) ? 1 - residual / spread : Number.NaN;
  };
}

/** R² of each feature: [q]; NaN where it is constant. */
export const featureR2 = ({ spreads, residuals }: FeatureSums): Float64Array =>
  spreads.map((spread, j) => (spread === 0 ? Number.NaN : 1 - residuals[j] / spread));

/** The median R² of the features that vary; NaN where none does. */
export function medianR2(sums: FeatureSums): number {
  const sorted = featureR2(sums)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
