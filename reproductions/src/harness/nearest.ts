/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

/** The names most like `wanted`, best first; those that contain it count as near. */
export function nearest(wanted: string, names: readonly string[], count = 3): string[] {
  const bare = wanted.replaceAll('*', '');
  const score = (name: string) => (bare && name.includes(bare) ? 0 : distance(wanted, name));
  return [...names].sort((a, b) => score(a) - score(b) || (a < b ? -1 : 1)).slice(0, count);
}
