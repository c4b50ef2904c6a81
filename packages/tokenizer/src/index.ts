export { bertTokenizerJson, type TokenizerJson } from './bert-tokenizer-json';
export { loadTokenizer } from './load-tokenizer';
export type { SpecialIds, SpecialRole } from './special-tokens';
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
