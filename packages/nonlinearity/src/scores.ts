import type { ClusterSum } from './cluster-sums';
import { coneSizes, cosines } from './cosine-measures';
import { featureR2, featureSums, medianR2, overallR2 } from './feature-r2';
import { type Measure, measures } from './measures';
import { gammaDiff, gammaRatio } from './normalized';

/** Every {@link Measure} of an approximator on held-out rows; null where one is undefined. */
export interface Scores extends Readonly<Record<Measure, number | null>> {
  /** Rows. */
  readonly n: number;
  readonly clusters: number;
  /** Why a measure is undefined, by its name. */
  readonly degenerate: Readonly<Partial<Record<Measure, string>>>;
  /** R² of each feature: [q]; null for a constant one, which the median leaves out. */
  readonly featureR2: readonly (number | null)[];
  /** Rows whose target is 0, and those whose prediction is (where the target is not): without a cosine, and left out of `gamma`. */
  readonly zeroTargets: number;
  readonly zeroPredictions: number;
  /** Features of the target that do not vary, from 0. */
  readonly constantFeatures: readonly number[];
}

/** Measures as a function of weights of the clusters, NaN where one is undefined. Only those that are wanted are computed. */
export function weightedMeasures(
  clusters: readonly ClusterSum[],
  wanted: readonly Measure[],
): (weights: ArrayLike<number>) => number[] {
  const wants = (...names: Measure[]) => names.some((name) => wanted.includes(name));
  const r2 = wants('r2') ? overallR2(clusters) : () => Number.NaN;
  const coneSize = wants('coneSize', 'gammaRatio', 'gammaDiff') ? coneSizes(clusters) : () => Number.NaN;
  return (weights) => {
    const { gamma, gammaByCluster } = cosines(clusters, weights);
    const cone = coneSize(weights);
    const values: Record<Measure, number> = {
      gamma,
      gammaByCluster,
      coneSize: cone,
      gammaRatio: gammaRatio(gamma, cone),
      gammaDiff: gammaDiff(gamma, cone),
      r2: r2(weights),
      medianR2: wants('medianR2') ? medianR2(featureSums(clusters, weights)) : Number.NaN,
    };
    return wanted.map((name) => values[name]);
  };
}

/** The scores of at least one row. */
export function scoresFrom(clusters: readonly ClusterSum[]): Scores {
  const ones = new Float64Array(clusters.length).fill(1);
  const values = weightedMeasures(clusters, measures)(ones);
  const count = (of: (sum: ClusterSum) => number) => clusters.reduce((sum, cluster) => sum + of(cluster), 0);
  const [n, directions, cosineRows] = [
    count(({ rows }) => rows),
    count((each) => each.directions),
    count((each) => each.cosines),
  ];
  const byFeature = Array.from(featureR2(featureSums(clusters, ones)), orNull);
  const degenerate: Partial<Record<Measure, string>> = {};
  for (const [i, name] of measures.entries())
    if (Number.isNaN(values[i])) degenerate[name] = whyUndefined(name, directions, cosineRows);
  return {
    ...(Object.fromEntries(measures.map((name, i) => [name, orNull(values[i])])) as Record<Measure, number | null>),
    n,
    clusters: clusters.length,
    degenerate,
    featureR2: byFeature,
    zeroTargets: n - directions,
    zeroPredictions: directions - cosineRows,
    constantFeatures: byFeature.flatMap((value, j) => (value === null ? [j] : [])),
  };
}

function whyUndefined(name: Measure, directions: number, cosineRows: number): string {
  if (name === 'r2' || name === 'medianR2') return 'no feature of the target varies';
  if (directions === 0) return 'every target is 0, so none has a direction';
  if (cosineRows === 0) return 'every prediction is 0, so none has a cosine';
  return 'all targets point the same way, so the cone has no width to measure against';
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
