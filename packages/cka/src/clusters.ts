/**
 * The rows of each cluster, clusters in the order in which they first occur.
 * @param clusters The cluster of each row; equal values (by `Map`'s equality) are one cluster.
 * @throws when there is not one for each of n rows.
 */
export function rowsByCluster(clusters: ArrayLike<unknown>, n: number): number[][] {
  if (clusters.length !== n)
    throw new Error(`There are ${clusters.length} clusters for ${n} rows; give the cluster of each row.`);
  const rows = new Map<unknown, number[]>();
  for (let row = 0; row < n; row++) {
    const others = rows.get(clusters[row]);
    if (others) others.push(row);
    else rows.set(clusters[row], [row]);
  }
  return [...rows.values()];
}
