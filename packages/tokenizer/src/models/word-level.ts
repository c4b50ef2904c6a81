import type { TokenizerJson } from '../tokenizer-json';
import type { Model } from './model';
import { entire } from './piece';

/** A vocabulary of entire words; any other word is the unknown token. `@huggingface/tokenizers` exports no such model. */
export function wordLevel({ vocab, unk_token: unknown = '<unk>' }: TokenizerJson): Model {
  const vocabulary = new Map<string, number>(Object.entries(vocab));
  return {
    vocabulary,
    tokenize(word) {
      const id = vocabulary.get(word) ?? vocabulary.get(unknown);
      if (id === undefined) {
        throw new Error(
          `The word ${JSON.stringify(word)} is not in the vocabulary, nor is the unknown token ${JSON.stringify(unknown)}.`,
        );
      }
      return entire(word, id);
    },
  };
}
