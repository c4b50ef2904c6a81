import { Heap } from '../heap';
import type { TokenizerJson } from '../tokenizer-json';
import { byteTokens, utf8Length } from '../utf8';
import type { Model, Piece } from './model';

/** A token while a word is merged, and its number of UTF-8 bytes. */
interface Part {
  id: number;
  length: number;
}

/** A merge of two neighbours, on the heap with the ids that they had when it was put there. */
interface Candidate {
  rank: number;
  at: number;
  left: number;
  right: number;
  merged: number;
}

/** The pairs of tokens that merge, by `left * size + right`, with their rank and what they become. */
function readMerges(
  merges: readonly (string | [string, string])[],
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
  size: number,
): Map<number, { rank: number; merged: number }> {
  const idOf = (token: string, rank: number) => {
    const id = vocabulary.get(token);
    if (id === undefined)
      throw new Error(
        `Merge ${rank}, ${JSON.stringify(merges[rank])}, needs the token ${JSON.stringify(token)}, which the vocabulary lacks.`,
      );
    return id;
  };
  return new Map(
    merges.map((merge, rank) => {
      const pair = typeof merge === 'string' ? merge.split(' ') : merge;
      if (pair.length !== 2) throw new Error(`Merge ${rank}, ${JSON.stringify(merge)}, must be two tokens.`);
      const [left, right] = pair as [string, string];
      const merged = idOf(left + right.slice(prefix.length), rank);
      return [idOf(left, rank) * size + idOf(right, rank), { rank, merged }];
    }),
  );
}

/**
 * Byte-pair encoding (Sennrich et al. 2016): a word begins as its characters, and the neighbours of the lowest rank merge
 * until none is left to merge. A character that the vocabulary lacks becomes its bytes (`byte_fallback`) or the unknown
 * token, one for a run of such characters with `fuse_unk`.
 *
 * @throws when a token of a merge is missing, or merges are dropped at random (`dropout`).
 */
export function bytePairEncoding(json: TokenizerJson): Model {
  if (json.dropout)
    throw new Error(`Dropout of merges (${json.dropout}) is not supported: the same text must give the same tokens.`);
  const vocabulary = new Map<string, number>(Object.entries(json.vocab));
  const prefix: string = json.continuing_subword_prefix ?? '';
  const suffix: string = json.end_of_word_suffix ?? '';
  const unknown: string | undefined = json.unk_token ?? undefined;
  const size = Math.max(0, ...vocabulary.values()) + 1;
  const merges = readMerges(json.merges, vocabulary, prefix, size);

  function unknownId(symbol: string, word: string): number {
    if (unknown === undefined) {
      throw new Error(
        `The vocabulary has no token for ${JSON.stringify(symbol)} of ${JSON.stringify(word)}, and the tokenizer has no unknown token.`,
      );
    }
    const id = vocabulary.get(unknown);
    if (id === undefined) throw new Error(`The unknown token ${JSON.stringify(unknown)} is not in the vocabulary.`);
    return id;
  }

  /** One token for each character, or several bytes. */
  function symbols(word: string): Part[] {
    const pieces: Part[] = [];
    let waiting: Part | undefined;
    const characters = [...word];
    characters.forEach((character, i) => {
      const symbol = (i === 0 ? '' : prefix) + character + (i === characters.length - 1 ? suffix : '');
      const length = utf8Length(character);
      const id = vocabulary.get(symbol);
      if (id !== undefined) {
        if (waiting) pieces.push(waiting);
        waiting = undefined;
        pieces.push({ id, length });
        return;
      }
      const bytes = json.byte_fallback ? byteTokens(symbol).map((token) => vocabulary.get(token)) : [undefined];
      if (!bytes.includes(undefined)) {
        // As the Rust library has it, an unknown token before the bytes goes behind them.
        for (const byte of bytes) pieces.push({ id: byte!, length: 1 });
      } else if (waiting && json.fuse_unk) waiting.length += length;
      else {
        if (waiting) pieces.push(waiting);
        waiting = { id: unknownId(character, word), length };
      }
    });
    if (waiting) pieces.push(waiting);
    return pieces;
  }

  function merge(pieces: Part[]): Part[] {
    const previous = pieces.map((_, i) => i - 1);
    const next = pieces.map((_, i) => i + 1);
    const heap = new Heap<Candidate>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at));
    const consider = (at: number) => {
      const [left, right] = [pieces[at], pieces[next[at]!]];
      if (!left || !right) return;
      const found = merges.get(left.id * size + right.id);
      if (found) heap.push({ ...found, at, left: left.id, right: right.id });
    };
    pieces.forEach((_, i) => {
      consider(i);
    });
    for (let best = heap.pop(); best; best = heap.pop()) {
      const { at, merged } = best;
      const right = next[at]!;
      // Out of date when another merge took one of the two.
      if (pieces[at]!.length < 0 || pieces[at]!.id !== best.left || pieces[right]?.id !== best.right) continue;
      pieces[at] = { id: merged, length: pieces[at]!.length + pieces[right]!.length };
      pieces[right] = { id: -1, length: -1 };
      next[at] = next[right]!;
      if (next[at]! < pieces.length) previous[next[at]!] = at;
      if (previous[at]! >= 0) consider(previous[at]!);
      consider(at);
    }
    return pieces.filter(({ length }) => length >= 0);
  }

  return {
    vocabulary,
    tokenize(word) {
      const whole = json.ignore_merges ? vocabulary.get(word) : undefined;
      if (whole !== undefined) return [{ id: whole, start: 0, end: utf8Length(word) }];
      let end = 0;
      return merge(symbols(word)).map(({ id, length }): Piece => ({ id, start: end, end: (end += length) }));
    },
  };
}
