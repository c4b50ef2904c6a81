/**
 * A control group: prefixes drawn from a corpus, every position as likely as any other, at most one per sentence (like the
 * triggers of a scan with `dedupe: 'sentence'`).
 *
 * @param corpus sentences of token ids
 * @param size number of prefixes, at most that of sentences with tokens
 * @param random uniform numbers in [0, 1)
 */
export function randomPrefixes(corpus: readonly ArrayLike<number>[], size: number, random: () => number): number[][] {
  const filled = corpus.filter(({ length }) => length > 0);
  if (!Number.isInteger(size) || size < 0 || size > filled.length)
    throw new Error(
      `${size} prefixes of different sentences are not possible; the corpus has ${filled.length} sentences.`,
    );
  const ends = new Float64Array(filled.length);
  for (const [i, { length }] of filled.entries()) ends[i] = (ends[i - 1] ?? 0) + length;
  const prefixes = new Map<number, number[]>();
  while (prefixes.size < size) {
    const place = Math.floor(random() * ends.at(-1)!);
    // The first sentence that ends beyond the place.
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > place) high = middle;
      else low = middle + 1;
    }
    const sentence = filled[low]!;
    const length = place - (ends[low - 1] ?? 0) + 1;
    if (!prefixes.has(low)) prefixes.set(low, Array.from(sentence).slice(0, length));
  }
  return [...prefixes.values()];
}
