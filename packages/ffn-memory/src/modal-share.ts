/**
 * Share of the most frequent token in a list: for the last tokens of a key's triggers, the main number for shallow patterns that
 * rest on one word.
 *
 * @param tokens ids; −1 (no trigger) is ignored
 * @returns a share in (0, 1], NaN for an empty list
 */
export function modalShare(tokens: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < tokens.length; i++)
    if (tokens[i]! >= 0) counts.set(tokens[i]!, (counts.get(tokens[i]!) ?? 0) + 1);
  let [most, total] = [0, 0];
  for (const count of counts.values()) {
    most = Math.max(most, count);
    total += count;
  }
  return most / total;
}
