import { readerOf, type TokenizerJson } from '../tokenizer-json';
import { requireModelJson } from '../tokenizer-schema';
import { bytePairEncoding } from './byte-pair-encoding';
import type { Piece } from './piece';
import { unigram } from './unigram';
import { wordLevel } from './word-level';
import { wordPiece } from './word-piece';

/** Splits words into tokens of a vocabulary. */
export interface Model {
  /** Ids by token. */
  vocabulary: ReadonlyMap<string, number>;
  /** The tokens of a word, in order. @throws when a part of it has no token. */
  tokenize(word: string): Piece[];
}

const readers: Record<string, (json: TokenizerJson) => Model> = {
  WordPiece: wordPiece,
  WordLevel: wordLevel,
  BPE: bytePairEncoding,
  Unigram: unigram,
};

/** Older files have no type; the fields show which one it is. */
const kindOf = ({ type, merges, vocab, continuing_subword_prefix: prefix }: TokenizerJson): string =>
  type ?? (merges ? 'BPE' : Array.isArray(vocab) ? 'Unigram' : prefix === undefined ? 'WordLevel' : 'WordPiece');

/**
 * @param json `model` of a tokenizer.json.
 * @throws when it is not supported, or is inconsistent.
 */
export function createModel(json: TokenizerJson | null | undefined): Model {
  if (!json?.vocab) throw new Error('This is no tokenizer.json: it has no "model" with a "vocab".');
  const type = kindOf(json);
  const reader = readerOf('model', { type }, readers);
  requireModelJson(type, json);
  return reader(json);
}
