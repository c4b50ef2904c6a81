export { type Batches, type BatchesOptions, type Cursor, createBatches, type Row, type TokenBatch } from './batches';
export { bertTokenizerJson, type TokenizerJson } from './bert-tokenizer-json';
export { type Document, normalizeText } from './documents';
export { loadTokenizer } from './load-tokenizer';
export { type MaskedBatch, type MaskOptions, maskTokens } from './mask-tokens';
export { packBlocks } from './pack-blocks';
export { seedFrom } from './seed';
export { sentences } from './sentences';
export { shuffle } from './shuffle';
export type { SpecialIds, SpecialRole } from './special-tokens';
export { type Splits, splitByAddress } from './split-by-address';
export { type Address, stateOfTheUnion } from './state-of-the-union';
export { makeStateOfTheUnionTokenizer } from './state-of-the-union-tokenizer';
export { textCorpus } from './text-corpus';
export {
  type BatchEncoding,
  createTokenizer,
  type EncodeBatchOptions,
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
} from './tokenizer';
export { type Truncation, truncatedLengths } from './truncation';
export { countWords, trainWordPiece, type WordPieceTrainerOptions } from './wordpiece-trainer';
