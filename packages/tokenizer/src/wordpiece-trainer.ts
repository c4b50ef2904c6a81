import { Heap } from './heap';

export interface WordPieceTrainerOptions {
  /** The number of pieces, including special tokens and alphabet. The result has fewer if nothing is left to merge. */
  vocabularySize: number;
  /** The first ids, in this order. */
  specialTokens?: readonly string[];
  /** Pairs that occur less often are not merged. Default: 2. */
  minFrequency?: number;
  /** The prefix of pieces inside a word. Default: `##`. */
  prefix?: string;
}

/** A pair of neighbouring pieces, with its frequency at the time it was queued. */
interface Candidate {
  frequency: number;
  left: number;
  right: number;
}

/** The more frequent pair first; among equals the one with smaller ids, which makes the result deterministic. */
function before(a: Candidate, b: Candidate): boolean {
  return a.frequency !== b.frequency
    ? a.frequency > b.frequency
    : a.left !== b.left
      ? a.left < b.left
      : a.right < b.right;
}

/**
 * Learns a WordPiece vocabulary from word frequencies, as Hugging Face's WordPieceTrainer does: pairs of neighbouring
 * pieces are merged by frequency (byte-pair encoding, Sennrich et al. 2016), where a piece inside a word carries `prefix`.
 *
 * The order of ids: special tokens; every character of the words, by code point; every character that occurs inside a
 * word, prefixed, by code point; the merges, most frequent first, ties broken by the ids of the pair. (Hugging Face
 * orders the prefixed characters by first occurrence, so ties may be broken differently.)
 *
 * The vocabulary can express every given word, up to the tokenizer's length limit, without the unknown token.
 *
 * @param words the frequency of each word, as split by the pre-tokenizer.
 * @returns the pieces in the order of their ids.
 * @throws when the alphabet and the special tokens alone exceed `vocabularySize`.
 */
export function trainWordPiece(
  words: ReadonlyMap<string, number>,
  { vocabularySize, specialTokens = [], minFrequency = 2, prefix = '##' }: WordPieceTrainerOptions,
): string[] {
  const pieces: string[] = [];
  const ids = new Map<string, number>();
  const add = (piece: string): number => {
    let id = ids.get(piece);
    if (id === undefined) {
      ids.set(piece, (id = pieces.length));
      pieces.push(piece);
    }
    return id;
  };
  specialTokens.forEach(add);
  const byCodePoint = (characters: Set<string>) =>
    [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const split = [...words.keys()].map((word) => [...word]);
  byCodePoint(new Set(split.flat())).forEach(add);
  byCodePoint(new Set(split.flatMap(([, ...inside]) => inside))).forEach((character) => {
    add(prefix + character);
  });
  if (pieces.length > vocabularySize) {
    throw new Error(
      `vocabularySize is ${vocabularySize}, but the special tokens and the alphabet alone are ${pieces.length} pieces.`,
    );
  }

  const frequencies = [...words.values()];
  const sequences = split.map((characters) =>
    characters.map((character, i) => ids.get(i === 0 ? character : prefix + character)!),
  );
  /** By `left * vocabularySize + right`: how often a pair occurs, and the words that may contain it. */
  const pairs = new Map<number, { frequency: number; words: Set<number> }>();
  const change = (word: number, left: number, right: number, by: number) => {
    const key = left * vocabularySize + right;
    let pair = pairs.get(key);
    if (!pair) pairs.set(key, (pair = { frequency: 0, words: new Set() }));
    pair.frequency += by;
    if (by > 0) pair.words.add(word);
  };
  const changeAll = (word: number, sign: 1 | -1, touched?: Set<number>) => {
    const sequence = sequences[word]!;
    for (let i = 1; i < sequence.length; i++) {
      change(word, sequence[i - 1]!, sequence[i]!, sign * frequencies[word]!);
      touched?.add(sequence[i - 1]! * vocabularySize + sequence[i]!);
    }
  };
  sequences.forEach((_, word) => {
    changeAll(word, 1);
  });
  const candidate = (key: number, frequency: number): Candidate => ({
    frequency,
    left: Math.floor(key / vocabularySize),
    right: key % vocabularySize,
  });
  const heap = new Heap(before);
  for (const [key, { frequency }] of pairs) heap.push(candidate(key, frequency));

  while (pieces.length < vocabularySize) {
    const best = heap.pop();
    if (!best) break;
    const { left, right } = best;
    const key = left * vocabularySize + right;
    const pair = pairs.get(key);
    if (!pair) continue;
    if (pair.frequency !== best.frequency) {
      // Other merges have changed it since.
      if (pair.frequency > 0) heap.push(candidate(key, pair.frequency));
      continue;
    }
    if (pair.frequency < Math.max(1, minFrequency)) break;
    const merged = add(pieces[left]! + pieces[right]!.slice(prefix.length));
    const grown = new Set<number>();
    for (const word of pair.words) {
      const sequence = sequences[word]!;
      const next: number[] = [];
      for (let i = 0; i < sequence.length; i++) {
        if (sequence[i] === left && sequence[i + 1] === right) {
          next.push(merged);
          i++;
        } else next.push(sequence[i]!);
      }
      if (next.length === sequence.length) continue;
      changeAll(word, -1);
      sequences[word] = next;
      changeAll(word, 1, grown);
    }
    // The frequencies of all other pairs can only have fallen, which is noticed when they are popped.
    for (const other of grown) {
      const entry = candidate(other, pairs.get(other)!.frequency);
      if (entry.left === merged || entry.right === merged) heap.push(entry);
    }
    pairs.delete(key);
  }
  return pieces;
}

/** Counts the words of texts after the tokenizer's normaliser and pre-tokenizer. */
export function countWords(texts: Iterable<string>, tokenizer: { words(text: string): string[] }): Map<string, number> {
  // BERT's words never cross blanks, so each distinct blank-separated string is split only once.
  const strings = new Map<string, number>();
  for (const text of texts) {
    for (const [string] of text.matchAll(/[^ \t\n\r]+/g)) strings.set(string, (strings.get(string) ?? 0) + 1);
  }
  const words = new Map<string, number>();
  for (const [string, frequency] of strings) {
    for (const word of tokenizer.words(string)) words.set(word, (words.get(word) ?? 0) + frequency);
  }
  return words;
}
