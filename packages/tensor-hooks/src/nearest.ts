import { distance } from 'fastest-levenshtein';

/** The `count` names nearest to `text` by edit distance; ties stay in the order of `names`. */
export function nearest<N extends string>(text: string, names: readonly N[], count = 3): N[] {
  return [...names].sort((a, b) => distance(text, a) - distance(text, b)).slice(0, count);
}
