import { randomIndex } from '@interlayer/stats';

/** Rows to fit, and rows to score: each cluster is on one side. */
export interface HeldOut {
  train: number[];
  test: number[];
}

/**
 * Holds out a share of the clusters, at least one, drawn without replacement (Knuth's selection sampling).
 * @throws when the share is not between 0 and 1, there is not one cluster for each row, or fewer than two clusters.
 */
export function holdOut(clusters: ArrayLike<unknown>, n: number, share: number, seed: number): HeldOut {
  if (clusters.length !== n)
    throw new Error(`There are ${clusters.length} clusters for ${n} rows; give the cluster of each row.`);
  if (!(share > 0 && share < 1)) throw new Error(`heldOut is ${share}; give a share between 0 and 1.`);
  const distinct = [...new Set(Array.from(clusters))];
  if (distinct.length < 2)
    throw new Error(`There are ${distinct.length} clusters; it takes two to fit on one and score on the other.`);
  const draw = randomIndex(seed);
  let wanted = Math.min(Math.max(1, Math.round(share * distinct.length)), distinct.length - 1);
  const chosen = new Set<unknown>();
  for (const [i, cluster] of distinct.entries()) {
    if (draw(distinct.length - i) >= wanted) continue;
    chosen.add(cluster);
    wanted--;
  }
  const rows: HeldOut = { train: [], test: [] };
  for (let row = 0; row < n; row++) rows[chosen.has(clusters[row]) ? 'test' : 'train'].push(row);
  return rows;
}
