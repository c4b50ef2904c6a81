import type { TokenizerJson } from '../tokenizer-json';
import { utf8Length } from '../utf8';
import type { Model, Piece } from './model';

/**
 * Takes the longest matching piece again and again (Schuster and Nakajima 2012). A word that cannot be split is unknown.
 */
export function wordPiece({
  vocab,
  unk_token: unknown = '[UNK]',
  continuing_subword_prefix: prefix = '##',
  max_input_chars_per_word: longest = 100,
}: TokenizerJson): Model {
  const vocabulary = new Map<string, number>(Object.entries(vocab));

  function unknownWord(word: string): Piece[] {
    const id = vocabulary.get(unknown);
    if (id === undefined) {
      throw new Error(
        `The word ${JSON.stringify(word)} has no pieces in the vocabulary, nor is the unknown token ${JSON.stringify(unknown)} there.`,
      );
    }
    return [{ id, start: 0, end: utf8Length(word) }];
  }

  return {
    vocabulary,
    tokenize(word) {
      if (word.length > longest && [...word].length > longest) return unknownWord(word);
      const pieces: Piece[] = [];
      for (let start = 0; start < word.length; ) {
        let end = word.length;
        let id: number | undefined;
        for (; end > start; end--) {
          id = vocabulary.get(start === 0 ? word.slice(0, end) : prefix + word.slice(start, end));
          if (id !== undefined) break;
        }
        if (id === undefined) return unknownWord(word);
        const from = pieces.at(-1)?.end ?? 0;
        pieces.push({ id, start: from, end: from + utf8Length(word.slice(start, end)) });
        start = end;
      }
      return pieces;
    },
  };
}
