import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bertTokenizerJson } from '../src/bert-tokenizer-json';
import { createTokenizer } from '../src/tokenizer';
import { countWords, trainWordPiece } from '../src/wordpiece-trainer';

describe('trainWordPiece', () => {
  /*
   * By hand. aab ×3 = a ##a ##b, ab ×2 = a ##b, bab ×2 = b ##a ##b, c ×1.
   * Pairs: a+##a 3, ##a+##b 3+2 = 5, a+##b 2, b+##a 2.
   * 1. ##a+##b → ##ab (5): aab = a ##ab, bab = b ##ab. Pairs: a+##ab 3, a+##b 2, b+##ab 2.
   * 2. a+##ab → aab (3).
   * 3. a+##b and b+##ab, both 2: a has the smaller id → ab. 4. → bab.
   */
  const words = new Map([
    ['aab', 3],
    ['ab', 2],
    ['bab', 2],
    ['c', 1],
  ]);
  const alphabet = ['a', 'b', 'c', '##a', '##b'];
  test('a corpus worked out by hand', () => {
    expect(trainWordPiece(words, { vocabularySize: 100, specialTokens: ['[UNK]'] })).toEqual([
      ...['[UNK]', ...alphabet],
      ...['##ab', 'aab', 'ab', 'bab'],
    ]);
  });
  test('stops at the size, and at the least frequency', () => {
    expect(trainWordPiece(words, { vocabularySize: 7 })).toEqual([...alphabet, '##ab', 'aab']);
    expect(trainWordPiece(words, { vocabularySize: 100, minFrequency: 3 })).toEqual([...alphabet, '##ab', 'aab']);
    expect(() => trainWordPiece(words, { vocabularySize: 4 })).toThrow('5 pieces');
  });

  /** The same algorithm without any bookkeeping: all pairs are counted anew before every merge. */
  function reference(words: Map<string, number>, size: number, minFrequency: number): string[] {
    const sequences = [...words].map(([word, frequency]) => ({
      frequency,
      pieces: [...word].map((character, i) => (i === 0 ? character : `##${character}`)),
    }));
    const initial = [...new Set([...words.keys()].flatMap((word) => [...word]))].sort();
    const inside = [...new Set(sequences.flatMap(({ pieces }) => pieces.slice(1)))].sort();
    const vocabulary = [...initial, ...inside];
    while (vocabulary.length < size) {
      const counts = new Map<string, number>();
      for (const { frequency, pieces } of sequences) {
        for (let i = 1; i < pieces.length; i++) {
          const key = `${pieces[i - 1]} ${pieces[i]}`;
          counts.set(key, (counts.get(key) ?? 0) + frequency);
        }
      }
      const id = (piece: string) => vocabulary.indexOf(piece);
      const [best] = [...counts]
        .map(([key, frequency]) => ({ pair: key.split(' ') as [string, string], frequency }))
        .sort((x, y) => y.frequency - x.frequency || id(x.pair[0]) - id(y.pair[0]) || id(x.pair[1]) - id(y.pair[1]));
      if (!best || best.frequency < minFrequency) break;
      const [left, right] = best.pair;
      const merged = left + right.slice(2);
      if (!vocabulary.includes(merged)) vocabulary.push(merged);
      for (const sequence of sequences) {
        const next: string[] = [];
        for (const piece of sequence.pieces) {
          if (piece === right && next.at(-1) === left) next[next.length - 1] = merged;
          else next.push(piece);
        }
        sequence.pieces = next;
      }
    }
    return vocabulary;
  }

  const corpus = fc
    .array(
      fc.tuple(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((entries) => new Map(entries));

  test('is the plain algorithm, for any corpus', () => {
    fc.assert(
      fc.property(
        corpus,
        fc.integer({ min: 6, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (words, size, minFrequency) => {
          expect(trainWordPiece(words, { vocabularySize: size, minFrequency })).toEqual(
            reference(words, size, minFrequency),
          );
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test('every training word is written without the unknown token', () => {
    fc.assert(
      fc.property(corpus, fc.integer({ min: 11, max: 40 }), (words, size) => {
        const vocabulary = trainWordPiece(words, { vocabularySize: size, specialTokens: ['[UNK]', '[CLS]', '[SEP]'] });
        const tokenizer = createTokenizer(bertTokenizerJson(vocabulary));
        for (const word of words.keys()) expect(tokenizer.encode(word).tokens).not.toContain('[UNK]');
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

test('countWords counts what the tokenizer sees', () => {
  const tokenizer = createTokenizer(bertTokenizerJson(['[UNK]', '[CLS]', '[SEP]']));
  const counts = countWords(['The cat, the\ncat.', 'Thé \u00a0cat'], tokenizer);
  expect(Object.fromEntries(counts)).toEqual({ the: 3, cat: 3, ',': 1, '.': 1 });
});
