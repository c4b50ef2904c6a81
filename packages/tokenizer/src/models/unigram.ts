import type { TokenizerJson } from '../tokenizer-json';
import { byteTokens, utf8Length } from '../utf8';
import type { Model, Piece } from './model';

/** How far the log probability of an unknown character lies below that of the least likely token. */
const UNKNOWN_PENALTY = 10;

/**
 * The unigram language model (Kudo 2018): splits a word into the tokens with the largest sum of log probabilities.
 * Consecutive unknown characters become one unknown token, or their bytes (`byte_fallback`).
 */
export function unigram({ vocab, unk_id: unknown, byte_fallback: fallsBack }: TokenizerJson): Model {
  const scores: readonly [string, number][] = vocab;
  const vocabulary = new Map(scores.map(([token], id) => [token, id]));
  const longest = scores.reduce((length, [token]) => Math.max(length, token.length), 0);
  const unknownScore =
    scores.reduce((least, [, score]) => Math.min(least, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY;

  /** The most likely tokens of a word. */
  function bestPath(word: string): { start: number; end: number; id: number }[] {
    const ends: ({ score: number; start: number; id: number } | undefined)[] = Array(word.length + 1);
    const offer = (start: number, end: number, id: number, score: number) => {
      const total = (ends[start]?.score ?? 0) + score;
      if (!ends[end] || total > ends[end].score) ends[end] = { score: total, start, id };
    };
    for (let start = 0, width = 1; start < word.length; start += width) {
      width = word.codePointAt(start)! > 0xffff ? 2 : 1;
      for (let end = start + width; end <= Math.min(word.length, start + longest); end++) {
        const id = vocabulary.get(word.slice(start, end));
        if (id !== undefined) offer(start, end, id, scores[id]![1]);
      }
      if (vocabulary.has(word.slice(start, start + width))) continue;
      if (unknown === undefined || unknown === null) {
        throw new Error(
          `The vocabulary has no token for ${JSON.stringify(word.slice(start, start + width))} of ${JSON.stringify(word)}, and no unknown token.`,
        );
      }
      offer(start, start + width, unknown, unknownScore);
    }
    const path: { start: number; end: number; id: number }[] = [];
    for (let end = word.length; end > 0; ) {
      const { start, id } = ends[end]!;
      const after = path.at(-1);
      if (id === unknown && after?.id === unknown) after!.start = start;
      else path.push({ start, end, id });
      end = start;
    }
    return path.reverse();
  }

  return {
    vocabulary,
    tokenize(word) {
      let bytesBefore = 0;
      return bestPath(word).flatMap(({ start, end, id }): Piece[] => {
        const text = word.slice(start, end);
        const place = { start: bytesBefore, end: bytesBefore + utf8Length(text) };
        bytesBefore = place.end;
        // Together, unknown characters may spell a token.
        const known = vocabulary.get(text);
        if (known !== undefined) return [{ id: known, ...place }];
        const bytes = fallsBack ? byteTokens(text).map((token) => vocabulary.get(token)) : [undefined];
        return bytes.includes(undefined) ? [{ id, ...place }] : bytes.map((byte) => ({ id: byte!, ...place }));
      });
    },
  };
}
