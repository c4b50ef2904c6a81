/** A token that is matched in the text before the model splits it, as listed in tokenizer.json. */
export interface AddedToken {
  id: number;
  content: string;
  /** Whether `decode` can skip it and masking leaves it alone. Default: false. */
  special?: boolean;
  /** Whether it is matched in the normalised text. Default: the opposite of `special`. */
  normalized?: boolean;
  /** Whether it matches only if no letter, digit, mark or underscore is next to it. */
  single_word?: boolean;
  /** Whether it includes the white space before it. */
  lstrip?: boolean;
  /** Whether it includes the white space after it. */
  rstrip?: boolean;
}

/** A special token that is matched as it is spelled, with every field that tokenizer.json needs. */
export const specialToken = (id: number, content: string): Required<AddedToken> => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** Whether a token is matched in the normalised text. */
export const isNormalized = ({ normalized, special }: AddedToken): boolean => normalized ?? !special;

/** A stretch `[start, end)` of a text: an added token, or the text between two of them. */
export interface Section {
  start: number;
  end: number;
  added?: AddedToken;
}

const WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const WHITE_SPACE = /^\p{White_Space}/u;

/** Whether the character before `index` is part of a word. */
function endsInWord(text: string, index: number): boolean {
  const before = Array.from(text.slice(Math.max(0, index - 2), index)).at(-1);
  return before !== undefined && WORD.test(before);
}

/**
 * Returns a function that splits a text at the added tokens. The leftmost match wins, then the longest. If two tokens
 * match the same text, the special one wins, or else the first.
 *
 * @param matchedText the text that a token matches; an empty text never matches.
 */
export function addedTokenSplitter(
  added: readonly AddedToken[],
  matchedText: (token: AddedToken) => string,
): (text: string) => Section[] {
  const tokens = new Map<string, AddedToken>();
  for (const token of [...added.filter(({ special }) => special), ...added.filter(({ special }) => !special)]) {
    const content = matchedText(token);
    if (content !== '' && !tokens.has(content)) tokens.set(content, token);
  }
  const contents = [...tokens.keys()].sort((a, b) => b.length - a.length);
  if (contents.length === 0) return (text) => [{ start: 0, end: text.length }];
  const pattern = new RegExp(contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => {
    const sections: Section[] = [];
    let sectionEnd = 0;
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const added = tokens.get(match)!;
      let start = index;
      let end = index + match.length;
      if (added.single_word && (endsInWord(text, start) || WORD.test(text.slice(end, end + 2)))) continue;
      if (added.lstrip) while (start > sectionEnd && WHITE_SPACE.test(text[start - 1]!)) start--;
      if (added.rstrip) while (end < text.length && WHITE_SPACE.test(text[end]!)) end++;
      if (sectionEnd < start) sections.push({ start: sectionEnd, end: start });
      sections.push({ start, end, added });
      sectionEnd = end;
    }
    if (sectionEnd < text.length) sections.push({ start: sectionEnd, end: text.length });
    return sections;
  };
}
