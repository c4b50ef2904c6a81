import { Unigram } from '@huggingface/tokenizers';
import type { TokenizerJson } from '../tokenizer-json';
import { byteIds, utf8Length } from '../utf8';
import type { Model } from './model';
import type { Piece } from './piece';

/**
 * The unigram language model (Kudo 2018): splits a word into the tokens with the largest sum of log probabilities.
 * Consecutive unknown characters become one unknown token, or their bytes (`byte_fallback`).
 *
 * `@huggingface/tokenizers` finds the tokens. Unknown characters are joined here: the library loses those that follow an unknown token
 * that the text spells out, and it has no `byte_fallback`.
 */
export function unigram({ vocab, unk_id, byte_fallback: fallsBack }: TokenizerJson): Model {
  if (vocab.length === 0) throw new Error('The vocabulary of the Unigram model is empty.');
  const unknown: number | undefined = unk_id ?? undefined;
  const library = new Unigram({ type: 'Unigram', vocab, unk_id: unknown }, '');
  const vocabulary = library.tokens_to_ids;
  // The library gives the unknown token the score of an unknown character, even where the text spells the token out.
  if (unknown !== undefined) library.scores[unknown] = vocab[unknown][1];

  /** The tokens of a word as the word spells them, with consecutive unknown characters joined. */
  function spelledTokens(word: string): string[] {
    const texts: string[] = [];
    let followsUnknown = false;
    for (const text of library.tokenize(word)) {
      const id = vocabulary.get(text) ?? unknown;
      if (id === undefined) {
        throw new Error(
          `The vocabulary has no token for ${JSON.stringify(text)} of ${JSON.stringify(word)}, and no unknown token.`,
        );
      }
      if (id === unknown && followsUnknown) texts.push(texts.pop() + text);
      else texts.push(text);
      followsUnknown = id === unknown;
    }
    return texts;
  }

  return {
    vocabulary,
    tokenize(word) {
      let end = 0;
      return spelledTokens(word).flatMap((text): Piece[] => {
        const place = { start: end, end: (end += utf8Length(text)) };
        // Together, unknown characters may spell a token.
        const known = vocabulary.get(text);
        const ids = known === undefined && fallsBack ? byteIds(text, vocabulary) : undefined;
        return (ids ?? [known ?? unknown!]).map((id) => ({ id, ...place }));
      });
    },
  };
}
