import { WordPiece } from '@huggingface/tokenizers';
import type { TokenizerJson } from '../tokenizer-json';
import { utf8Length } from '../utf8';
import type { Model } from './model';
import { consecutive, entire } from './piece';

/**
 * Takes the longest matching piece again and again (Schuster and Nakajima 2012). A word that cannot be split is unknown.
 */
export function wordPiece({
  vocab,
  unk_token: unknown = '[UNK]',
  continuing_subword_prefix: prefix = '##',
  max_input_chars_per_word: longest = 100,
}: TokenizerJson): Model {
  const library = new WordPiece({
    type: 'WordPiece',
    vocab,
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: longest,
  });
  const vocabulary = library.tokens_to_ids;
  return {
    vocabulary,
    tokenize(word) {
      const pieces = library.encode([word]);
      const [first] = pieces as [string];
      const id = vocabulary.get(first);
      if (id === undefined) {
        throw new Error(
          `The word ${JSON.stringify(word)} has no pieces in the vocabulary, nor is the unknown token ${JSON.stringify(unknown)} there.`,
        );
      }
      // A single piece may be the unknown token, so its length is not the word's.
      if (pieces.length === 1) return entire(word, id);
      return consecutive(
        pieces.map((piece, i) => ({
          id: vocabulary.get(piece)!,
          length: utf8Length(i === 0 ? piece : piece.slice(prefix.length)),
        })),
      );
    },
  };
}
