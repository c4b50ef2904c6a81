import type { Matrix } from '@interlayer/linalg';
import { type BootstrapInterval, type BootstrapOptions, clusterBootstrap } from '@interlayer/stats';
import { type ClusterOptions, weightedCka } from './weighted-cka';

/**
 * CKA with a bootstrap interval over clusters of rows, such as sentences of tokens ({@link weightedCka}). For
 * whether there is any similarity at all, use `permutationTest`: the interval is of a similarity that exists.
 *
 * @param options `seed` and the rest as for `clusterBootstrap` of `@interlayer/stats`; `clusters` and the rest as for CKA.
 * @returns `n` counts clusters; `degenerate` says why there are no bounds.
 * @throws as {@link weightedCka}, and when an option of the bootstrap is out of range.
 */
export async function ckaInterval(
  X: Matrix,
  Y: Matrix,
  options: ClusterOptions & BootstrapOptions,
): Promise<BootstrapInterval> {
  const { statistic, clusters, degenerate } = await weightedCka(X, Y, options);
  // Clusters are the units: rows within a cluster are not resampled.
  const interval = clusterBootstrap([...Array(clusters).keys()], statistic, options);
  return degenerate === undefined ? interval : { ...interval, degenerate };
}
