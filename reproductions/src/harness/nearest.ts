import { distance } from 'fastest-levenshtein';

/** The names most like `wanted`, best first; those that contain it count as near. */
export function nearest(wanted: string, names: readonly string[], count = 3): string[] {
  const bare = wanted.replaceAll('*', '');
  const score = (name: string) => (bare && name.includes(bare) ? 0 : distance(wanted, name));
  return [...names].sort((a, b) => score(a) - score(b) || (a < b ? -1 : 1)).slice(0, count);
}
