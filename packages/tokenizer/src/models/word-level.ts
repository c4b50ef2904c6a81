import type { TokenizerJson } from '../tokenizer-json';
import { utf8Length } from '../utf8';
import type { Model } from './model';

/** A vocabulary of entire words; any other word is the unknown token. */
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
      return [{ id, start: 0, end: utf8Length(word) }];
    },
  };
}
