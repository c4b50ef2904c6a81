import type { TokenizerJson } from '../tokenizer-json';
import { utf8Length } from '../utf8';
import type { Model } from './model';
import { consecutive, entire } from './piece';

/**
 * Takes the longest matching piece again and again (Schuster and Nakajima 2012). A word that cannot be split is unknown.
 * `@huggingface/tokenizers` tries every length that a word allows, which takes time cubic in its letters.
 */
export function wordPiece({
  vocab,
  unk_token: unknown = '[UNK]',
  continuing_subword_prefix: prefix = '##',
  max_input_chars_per_word: mostCharacters = 100,
}: TokenizerJson): Model {
  const vocabulary = new Map<string, number>(Object.entries(vocab));
  const longest = [...vocabulary.keys()].reduce((most, piece) => Math.max(most, piece.length), 0);

  /** The piece that begins at a unit of the word, with its length there; undefined if there is none. */
  function pieceAt(word: string, start: number): { id: number; part: string } | undefined {
    const lead = start === 0 ? '' : prefix;
    for (let end = Math.min(word.length, start + longest - lead.length); end > start; end--) {
      const part = word.slice(start, end);
      const id = vocabulary.get(lead + part);
      if (id !== undefined) return { id, part };
    }
    return undefined;
  }

  function piecesOf(word: string): { id: number; length: number }[] | undefined {
    const pieces: { id: number; length: number }[] = [];
    if ([...word].length > mostCharacters) return undefined;
    for (let at = 0; at < word.length; ) {
      const piece = pieceAt(word, at);
      if (!piece) return undefined;
      pieces.push({ id: piece.id, length: utf8Length(piece.part) });
      at += piece.part.length;
    }
    return pieces;
  }

  return {
    vocabulary,
    tokenize(word) {
      const pieces = piecesOf(word);
      if (pieces) return consecutive(pieces);
      const id = vocabulary.get(unknown);
      if (id !== undefined) return entire(word, id);
      throw new Error(
        `The word ${JSON.stringify(word)} has no pieces in the vocabulary, nor is the unknown token ${JSON.stringify(unknown)} there.`,
      );
    },
  };
}
