import { type BootstrapInterval, type BootstrapOptions, bootstrap } from './bootstrap';

/**
 * Bootstrap intervals of statistics of units that lie in clusters (sentences of documents, answers of people): clusters are
 * drawn first, then units within each drawn cluster, as in {@link hierarchicalBootstrap}. The statistic sees how often each
 * unit was drawn, so that one resampling serves any number of statistics of any properties of the units
 * ({@link weightedMean}, {@link weightedQuantile}, or your own). For units without clusters, make each its own cluster.
 *
 * @param clusters The cluster of each unit; equal values (by `Map`'s equality) are one cluster.
 * @param statistic Takes the weight of each unit: 1 for the estimate, the number of times it was drawn for a resample, 0 or 1 for
 * BCa's acceleration, which leaves out whole clusters. The weights are overwritten by the next call, so they must not be kept.
 * If it returns a list of numbers, there is a list of intervals: each is the one that the number would get alone.
 * @returns As {@link bootstrapInterval}; `n` counts clusters, and a single cluster is degenerate.
 * @throws when there are no units or an option is out of range.
 */
export function clusterBootstrap(
  clusters: ArrayLike<unknown>,
  statistic: (weights: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapInterval;
export function clusterBootstrap(
  clusters: ArrayLike<unknown>,
  statistic: (weights: Float64Array) => readonly number[],
  options: BootstrapOptions,
): BootstrapInterval[];
export function clusterBootstrap(
  clusters: ArrayLike<unknown>,
  statistic: (weights: Float64Array) => number | readonly number[],
  options: BootstrapOptions,
): BootstrapInterval | BootstrapInterval[] {
  if (clusters.length === 0)
    throw new Error('A bootstrap of no units is undefined; give at least two clusters of them.');
  const units = unitsOf(clusters);
  const weights = new Float64Array(clusters.length);
  return bootstrap(
    {
      n: units.length,
      unit: 'clusters',
      estimate: statistic(weights.fill(1)),
      resample(draw) {
        weights.fill(0);
        for (let place = 0; place < units.length; place++) {
          const cluster = units[draw(units.length)];
          for (let i = 0; i < cluster.length; i++) weights[cluster[draw(cluster.length)]]++;
        }
        return statistic(weights);
      },
      leaveOut(blocks, block) {
        weights.fill(1);
        for (const [i, cluster] of units.entries()) {
          if (blocks[i] === block) for (const unit of cluster) weights[unit] = 0;
        }
        return statistic(weights);
      },
    },
    options,
  );
}

/** The indices of each cluster's units, clusters in the order in which they first occur. */
function unitsOf(clusters: ArrayLike<unknown>): number[][] {
  const units = new Map<unknown, number[]>();
  for (let unit = 0; unit < clusters.length; unit++) {
    const others = units.get(clusters[unit]);
    if (others) others.push(unit);
    else units.set(clusters[unit], [unit]);
  }
  return [...units.values()];
}
