import {
  bertTokenizerJson,
  countWords,
  createTokenizer,
  type TokenizerJson,
  trainWordPiece,
} from '@interlayer/tokenizer';
import { splitByAddress } from './split-by-address';
import { stateOfTheUnion } from './state-of-the-union';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/**
 * Trains the lower-case WordPiece vocabulary of the mini models on the train split of the State of the Union addresses, and
 * returns the content of its tokenizer.json. The result is the same on every run and machine.
 */
export async function makeStateOfTheUnionTokenizer({
  vocabularySize = 4096,
  addSpecialTokens = true,
}: {
  vocabularySize?: number;
  /** Whether the tokenizer puts `[CLS]` and `[SEP]` around texts; a causal model needs false. Default: true. */
  addSpecialTokens?: boolean;
} = {}): Promise<TokenizerJson> {
  const { train } = splitByAddress(await stateOfTheUnion());
  const words = countWords(
    train.map(({ text }) => text),
    createTokenizer(bertTokenizerJson(SPECIAL)),
  );
  return bertTokenizerJson(trainWordPiece(words, { vocabularySize, specialTokens: SPECIAL }), { addSpecialTokens });
}
