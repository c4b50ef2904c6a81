import { type BootstrapInterval, type BootstrapOptions, bootstrap, type ManyLevels } from './bootstrap';

/**
 * Bootstrap intervals of statistics of units that lie in clusters (sentences of documents, answers of people): clusters are
 * drawn first, then units within each drawn cluster, as in {@link hierarchicalBootstrap}. The statistic sees how often each
 * unit was drawn, so that one resampling serves any number of statistics of any properties of the units
 * ({@link weightedMean}, {@link weightedQuantile}, or your own). For units without clusters, make each its own cluster.
 *
 * @param clusters The cluster of each unit; equal values (by `Map`'s equality) are one cluster.
 * @param statistic Takes the weight of each unit: 1 for the estimate, the number of times it was drawn for a resample, 0 or 1 for
 * BCa's acceleration, which leaves out whole clusters. Each call gets an array of its own, so a statistic that several others
 * are made of can remember its value for the array. If it returns a list of numbers, there is a list of intervals: each is
 * the one that the number would get alone. `level` is then one number for all, or a list with one for each.
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
  options: ManyLevels,
): BootstrapInterval[];
export function clusterBootstrap(
  clusters: ArrayLike<unknown>,
  statistic: (weights: Float64Array) => number | readonly number[],
  options: ManyLevels,
): BootstrapInterval | BootstrapInterval[] {
  const count = clusters.length;
  if (count === 0) throw new Error('A bootstrap of no units is undefined; give at least two clusters of them.');
  const units = unitsOf(clusters);
  const n = units.length;
  return bootstrap(
    {
      n,
      unit: 'clusters',
      estimate: statistic(new Float64Array(count).fill(1)),
      resample(draw) {
        const weights = new Float64Array(count);
        for (let place = 0; place < n; place++) {
          const cluster = units[draw(n)];
          const size = cluster.length;
          for (let i = 0; i < size; i++) weights[cluster[draw(size)]]++;
        }
        return statistic(weights);
      },
      leaveOut(blocks, block) {
        const weights = new Float64Array(count).fill(1);
        for (let i = 0; i < n; i++) {
          if (blocks[i] === block) for (const unit of units[i]) weights[unit] = 0;
        }
        return statistic(weights);
      },
    },
    options,
  );
}

/** The indices of each cluster's units, clusters in the order in which they first occur. */
function unitsOf(clusters: ArrayLike<unknown>): Int32Array[] {
  const units = new Map<unknown, number[]>();
  for (let unit = 0; unit < clusters.length; unit++) {
    const others = units.get(clusters[unit]);
    if (others) others.push(unit);
    else units.set(clusters[unit], [unit]);
  }
  return Array.from(units.values(), (members) => Int32Array.from(members));
}
