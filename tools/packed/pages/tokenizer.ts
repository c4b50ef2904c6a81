import { bertTokenizerJson, createTokenizer } from '@interlayer/tokenizer';

export function run(): number[] {
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'truth', '##s'];
  const { ids, offsets } = createTokenizer(bertTokenizerJson(pieces)).encode('The truths hold');
  return [...ids, ...offsets.flat()];
}
