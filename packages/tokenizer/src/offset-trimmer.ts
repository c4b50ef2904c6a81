import { BYTE_LEVEL_SPACE } from './byte-level';
import type { Token } from './token';
import type { TokenizerJson } from './tokenizer-json';

/** Takes the white space around tokens out of their offsets. */
export type OffsetTrimmer = (tokens: Token[], text: string) => Token[];

const isSpace = (character: string) => character === BYTE_LEVEL_SPACE || /\p{White_Space}/u.test(character);

function spacesBefore(characters: readonly string[]): number {
  const first = characters.findIndex((character) => !isSpace(character));
  return first < 0 ? characters.length : first;
}

/** Moves `index` forward by a number of characters. */
function forward(text: string, index: number, characters: number): number {
  let moved = index;
  for (let i = 0; i < characters && moved < text.length; i++) moved += text.codePointAt(moved)! > 0xffff ? 2 : 1;
  return moved;
}

/** Moves `index` back by a number of characters; undefined if there are fewer. */
function back(text: string, index: number, characters: number): number | undefined {
  let moved = index;
  for (let i = 0; i < characters; i++) {
    if (moved === 0) return undefined;
    moved -= /^[\udc00-\udfff]/.test(text[moved - 1]!) ? 2 : 1;
  }
  return moved;
}

/** @param keepsFirst whether a single space before the first token counts as an added prefix, which is not trimmed. */
function trimmed(token: Token, text: string, isFirst: boolean, keepsFirst: boolean): Token {
  const characters = [...token.text];
  let leading = spacesBefore(characters);
  const trailing = spacesBefore(characters.toReversed());
  if (leading + trailing === 0) return token;
  if (keepsFirst && leading === 1 && (isFirst || token.start === 0)) leading = 0;
  // An added space has the offsets of the character after it, which may be two units long.
  const start = Math.min(forward(text, token.start, leading), token.end);
  return { ...token, start, end: Math.max(back(text, token.end, trailing) ?? token.end, start) };
}

/** The trimmers of a `post_processor`: ByteLevel and RobertaProcessing with `trim_offsets`. */
export function createOffsetTrimmer(json: TokenizerJson | null | undefined): OffsetTrimmer {
  if (json?.type === 'Sequence') {
    const steps: OffsetTrimmer[] = json.processors.map(createOffsetTrimmer);
    return (tokens, text) => steps.reduce((trimmedTokens, step) => step(trimmedTokens, text), tokens);
  }
  if (!['ByteLevel', 'RobertaProcessing'].includes(json?.type) || json!.trim_offsets === false)
    return (tokens) => tokens;
  const keepsFirst = json!.add_prefix_space !== false;
  return (tokens, text) => tokens.map((token, i) => trimmed(token, text, i === 0, keepsFirst));
}
