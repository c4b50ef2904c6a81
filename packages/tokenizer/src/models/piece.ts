import { utf8Length } from '../utf8';

/** A token of a word, with the UTF-8 bytes `[start, end)` that it covers; it may cover part of a character. */
export interface Piece {
  id: number;
  start: number;
  end: number;
}

/** The token that covers an entire word. */
export const entire = (word: string, id: number): Piece[] => [{ id, start: 0, end: utf8Length(word) }];

/** Tokens that follow each other, with their lengths in UTF-8 bytes. */
export function consecutive(tokens: readonly { id: number; length: number }[]): Piece[] {
  let end = 0;
  return tokens.map(({ id, length }) => ({ id, start: end, end: (end += length) }));
}
