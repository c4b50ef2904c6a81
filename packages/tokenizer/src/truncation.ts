/** Which text of a pair is cut: the longer one first, or only one of the two. */
export type Truncation = 'longest_first' | 'only_first' | 'only_second';

/**
 * How many tokens of each text remain if both together may have `budget`, not counting special tokens. `longest_first` is
 * the rule of Hugging Face's tokenizers: the longer text is cut to what the shorter one leaves of the budget; if the
 * shorter one is longer than half the budget, each gets half, and the longer one (the second, if they are equal) the odd
 * token.
 *
 * @param second length of the second text; undefined for a single text, for which all rules but `only_second` are the same.
 * @throws when nothing would remain of the only text that may be cut.
 */
export function truncatedLengths(
  first: number,
  second: number | undefined,
  budget: number,
  truncation: Truncation = 'longest_first',
): [first: number, second: number] {
  const other = second ?? 0;
  if (first + other <= budget) return [first, other];
  if (truncation !== 'longest_first') {
    const kept = truncation === 'only_first' ? budget - other : budget - first;
    if (kept < 1 || (truncation === 'only_second' && second === undefined)) {
      throw new Error(
        `Cannot cut ${first} + ${other} tokens to ${budget} with truncation '${truncation}': nothing of that text would remain. ` +
          `Use a larger maxLength or truncation 'longest_first'.`,
      );
    }
    return truncation === 'only_first' ? [kept, other] : [first, kept];
  }
  if (second === undefined) return [budget, 0];
  const shorter = Math.min(first, other);
  const longer = Math.max(shorter, budget - shorter);
  const lengths: [number, number] =
    shorter + longer > budget ? [Math.floor(budget / 2), Math.ceil(budget / 2)] : [shorter, longer];
  return first > other ? [lengths[1], lengths[0]] : lengths;
}
