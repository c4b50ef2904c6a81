/** What two tokens of a text are to each other; the first that fits counts. */
export const CATEGORIES = ['same token', 'subword pair', 'name or expression', 'adjacent', 'other'] as const;
export type Category = (typeof CATEGORIES)[number];

/** The categories that the paper's examples are of. */
export const TYPED: readonly Category[] = ['same token', 'subword pair', 'name or expression'];

/** Parts of a text that form one name or one expression; they need not stand side by side. */
export type Expression = readonly (readonly [start: number, end: number])[];

/** Which word and which expression each token belongs to; tokens that are not part of the text have -1 for both. */
export interface Grouping {
  words: number[];
  /** -1 for tokens outside of any. */
  expressions: number[];
}

const INSIDE_WORD = /[\p{L}\p{M}\p{N}]/u;

/** A token continues a word where it follows the one before without a blank, letter after letter. */
export function groupTokens(
  text: string,
  offsets: readonly (readonly [number, number])[],
  expressions: readonly Expression[],
): Grouping {
  const words: number[] = [];
  let [word, end] = [-1, -1];
  for (const [start, stop] of offsets) {
    if (start === stop) {
      words.push(-1);
      continue;
    }
    const continues = start === end && INSIDE_WORD.test(text[start - 1] ?? '') && INSIDE_WORD.test(text[start]!);
    if (!continues) word++;
    words.push(word);
    end = stop;
  }
  const member = offsets.map(([start, stop]) =>
    start === stop ? -1 : expressions.findIndex((parts) => parts.some(([from, to]) => from <= start && start < to)),
  );
  return { words, expressions: member };
}

export function categoryOf(
  { ids, words, expressions }: Grouping & { ids: readonly number[] },
  i: number,
  j: number,
): Category {
  if (ids[i] === ids[j]) return 'same token';
  if (words[i] === words[j]) return 'subword pair';
  if (expressions[i] !== -1 && expressions[i] === expressions[j]) return 'name or expression';
  return Math.abs(i - j) === 1 ? 'adjacent' : 'other';
}
