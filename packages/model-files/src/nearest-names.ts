import { distance } from 'fastest-levenshtein';

/** The `count` of `names` nearest to `name` by edit distance. */
export function nearestNames(name: string, names: readonly string[], count = 2): string[] {
  return [...names].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, count);
}
