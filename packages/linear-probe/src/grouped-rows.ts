/** The rows of each group, groups in the order in which they first occur; equal values (by `Map`'s equality) are one group. */
export function groupedRows(
  groups: ArrayLike<unknown>,
  rows: Iterable<number> = Array(groups.length).keys(),
): number[][] {
  const byGroup = new Map<unknown, number[]>();
  for (const row of rows) {
    const others = byGroup.get(groups[row]);
    if (others) others.push(row);
    else byGroup.set(groups[row], [row]);
  }
  return [...byGroup.values()];
}
