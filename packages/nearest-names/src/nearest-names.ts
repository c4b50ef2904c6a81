import { distance } from 'fastest-levenshtein';

/**
 * The `count` names most like `wanted`, best first: those that contain it, then by edit distance; ties stay in the order of
 * `names`. Asterisks, which stand for anything in patterns, are ignored.
 */
export function nearestNames<N extends string>(wanted: string, names: Iterable<N>, count = 3): N[] {
  const text = wanted.replaceAll('*', '');
  const scored = Array.from(names, (name) => ({
    name,
    score: text !== '' && name.includes(text) ? 0 : distance(text, name),
  }));
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ name }) => name);
}
