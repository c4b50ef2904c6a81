import type { Placed } from './post-processor';

/** An encoded text or pair. All arrays have one entry per token. */
export interface Encoding {
  ids: number[];
  /** The tokens as the vocabulary spells them. */
  tokens: string[];
  /** Segment of the token, usually 0 for the first text and 1 for the second; the model's template decides. */
  types: number[];
  /** 1 for every token; only batches have padding. */
  mask: number[];
  /** 1 for special tokens that the tokenizer added, 0 for tokens of the text. */
  specialTokensMask: number[];
  /**
   * Position `[start, end)` of the token in the text that it comes from, in UTF-16 units, as `slice` takes them; `[0, 0]`
   * for an added special token. A token that is part of a character has the offsets of the character.
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
