import type { ClusterSum } from './cluster-sums';

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

/** R² of all features together; NaN where none varies. */
export function overallR2({ spreads, residuals }: FeatureSums): number {
  const [spread, residual] = [total(spreads), total(residuals)];
  return spread === 0 ? Number.NaN : 1 - residual / spread;
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
