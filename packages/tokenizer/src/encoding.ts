import type { Placed } from './post-processor';

/** An encoded text or pair; all arrays have one entry per token. */
export interface Encoding {
  ids: number[];
  /** The tokens as the vocabulary spells them. */
  tokens: string[];
  /** Segment of the token: 0 for the first text, 1 for the second (as the model's template says). */
  types: number[];
  /** 1 for every token: padding exists in batches only. */
  mask: number[];
  /** 1 where the tokenizer added a special token, 0 where the token comes from the text. */
  specialTokensMask: number[];
  /**
   * `[start, end)` of the token in its own original text, in UTF-16 units (what `slice` takes); `[0, 0]` for an added special
   * token. A token that is a part of a character spans that whole character.
   */
  offsets: [start: number, end: number][];
}

export const createEncoding = (placed: readonly Placed[], tokenOf: (id: number) => string): Encoding => ({
  ids: placed.map(({ id }) => id),
  tokens: placed.map(({ id }) => tokenOf(id)),
  types: placed.map(({ type }) => type),
  mask: placed.map(() => 1),
  specialTokensMask: placed.map(({ token }) => (token ? 0 : 1)),
  offsets: placed.map(({ token }) => (token ? [token.start, token.end] : [0, 0])),
});
