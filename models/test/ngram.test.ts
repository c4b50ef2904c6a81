import { seededRandom, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextFree, fitNgram, ngramLoss } from '../src/ngram';

/** The formula with string keys and recursion, written for reading only. */
function reference(text: number[], order: number, vocabulary: number) {
  const counts = Array.from({ length: order }, (_, i) => {
    const table = new Map<string, number>();
    for (let at = 0; at + i + 1 <= text.length; at++) {
      const key = text.slice(at, at + i + 1).join(' ');
      table.set(key, (table.get(key) ?? 0) + 1);
    }
    return table;
  });
  const discounts = counts.map((table) => {
    const having = (n: number) => [...table.values()].filter((c) => c === n).length;
    return having(1) > 0 ? having(1) / (having(1) + 2 * having(2)) : 0.5;
  });
  const p = (token: number, context: number[]): number => {
    const shorter = context.length === 0 ? 1 / vocabulary : p(token, context.slice(1));
    const followers = [...Array(vocabulary).keys()].map(
      (w) => counts[context.length].get([...context, w].join(' ')) ?? 0,
    );
    const total = followers.reduce((a, b) => a + b, 0);
    if (total === 0) return shorter;
    const d = discounts[context.length];
    return Math.max(followers[token] - d, 0) / total + ((d * followers.filter((c) => c > 0).length) / total) * shorter;
  };
  return (token: number, context: number[]) => p(token, order === 1 ? [] : context.slice(-(order - 1)));
}

const text = (seed: number, length: number, vocabulary: number) => {
  const random = seededRandom(seed);
  let previous = 0;
  // Skewed and dependent on the token before, so that n-grams repeat.
  return Int32Array.from(
    { length },
    () => (previous = Math.floor((previous + random() ** 3 * vocabulary) % vocabulary)),
  );
};

describe('fitNgram', () => {
  it('is the interpolated absolute-discounting formula', () => {
    for (const order of [1, 2, 3, 4]) {
      const tokens = text(order, 400, 7);
      const model = fitNgram(tokens, order, 7);
      const expected = reference([...tokens], order, 7);
      const held = text(99, 60, 7);
      for (let i = 0; i < held.length; i++) {
        const context = held.subarray(Math.max(0, i - order + 1), i);
        expect(model(held[i], context)).toBeCloseTo(expected(held[i], [...context]), 12);
      }
    }
  });

  it('gives a distribution after any context, seen or not', () => {
    const tokens = text(3, 300, 9);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(8), { maxLength: 5 }), (order, context) => {
        const model = fitNgram(tokens, order, 9);
        let sum = 0;
        for (let token = 0; token < 9; token++) sum += model(token, context);
        expect(Math.abs(sum - 1)).toBeLessThan(tolerance.float64);
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('learns a cycle, which a longer context predicts better', () => {
    const cycle = Int32Array.from({ length: 3000 }, (_, i) => [0, 1, 0, 2][i % 4]);
    const trigram = fitNgram(cycle, 3, 4);
    const [one, two, three] = [1, 2, 3].map((order) => ngramLoss(trigram, cycle.subarray(9, 110), order));
    expect(one).toBeCloseTo(1.5 * Math.LN2, 2);
    expect(two).toBeCloseTo(0.5 * Math.LN2, 2);
    expect(three).toBeLessThan(0.01);
  });

  it('refuses tokens outside the vocabulary and keys that are not exact', () => {
    expect(() => fitNgram([0, 5], 2, 5)).toThrow('token 5 at 1 is outside the vocabulary of 5');
    expect(() => fitNgram([0], 5, 4096)).toThrow('no exact float64 key');
    expect(() => fitNgram([0], 0, 4)).toThrow('order is 0');
  });
});

it('contextFree is the entropy and the maximum of the frequencies', () => {
  expect(contextFree([1, 1, 2, 3])).toEqual({
    unigramEntropy: expect.closeTo(1.5 * Math.LN2, 12),
    mostFrequentShare: 0.5,
  });
  expect(contextFree([7, 7])).toEqual({ unigramEntropy: 0, mostFrequentShare: 1 });
});
