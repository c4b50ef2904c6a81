import { Heap } from '../heap';
import type { TokenizerJson } from '../tokenizer-json';
import { byteTokens, utf8Length } from '../utf8';
import type { Model, Piece } from './model';

/** A token during merging, with its length in UTF-8 bytes. */
interface Part {
  id: number;
  length: number;
}

/** A possible merge of two neighbours, with their ids at the time it was found. */
interface Candidate {
  rank: number;
  at: number;
  left: number;
  right: number;
  merged: number;
}

/** Rank and result of each merge, by `left * size + right`. */
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
 * Byte-pair encoding (Sennrich et al. 2016): starting from single characters, the two neighbours whose merge has the
 * lowest rank are merged, until no merge applies. A character that is not in the vocabulary becomes its bytes
 * (`byte_fallback`) or the unknown token; with `fuse_unk`, consecutive unknown characters become one token.
 *
 * @throws when the vocabulary lacks a token of a merge, or `dropout` would skip merges at random.
 */
export function bytePairEncoding(json: TokenizerJson): Model {
  if (json.dropout)
    throw new Error(
      `BPE dropout (${json.dropout}) is not supported: it would give the same text other tokens each time.`,
    );
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

  /** One token per character, or one per byte. */
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
        // In the Rust library, a pending unknown token comes after the bytes.
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

  function mergeAll(pieces: Part[]): Part[] {
    const previous = pieces.map((_, i) => i - 1);
    const next = pieces.map((_, i) => i + 1);
    const heap = new Heap<Candidate>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at));
    const consider = (at: number) => {
      const [left, right] = [pieces[at], pieces[next[at]!]];
      if (!left || !right) return;
      const merge = merges.get(left.id * size + right.id);
      if (merge) heap.push({ ...merge, at, left: left.id, right: right.id });
    };
    pieces.forEach((_, i) => {
      consider(i);
    });
    for (let best = heap.pop(); best; best = heap.pop()) {
      const { at, merged } = best;
      const right = next[at]!;
      // Another merge has taken one of the two.
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
      const id = json.ignore_merges ? vocabulary.get(word) : undefined;
      if (id !== undefined) return [{ id, start: 0, end: utf8Length(word) }];
      let end = 0;
      return mergeAll(symbols(word)).map(({ id, length }): Piece => ({ id, start: end, end: (end += length) }));
    },
  };
}
