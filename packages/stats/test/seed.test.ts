import { expect, test } from 'vitest';
import { randomIndex, seedFrom, shuffled } from '../src/index';

test('seedFrom gives distinct seeds for distinct parts, the same for ever', () => {
  expect(seedFrom(1, 'a')).toBe(seedFrom(1, 'a'));
  const some = [[1], ['1'], [1, 1], [11], ['a', 'b'], ['ab'], ['a', 1], [], ['é'], [-1], [0.5]].map((parts) =>
    seedFrom(...parts),
  );
  expect(new Set(some).size).toBe(some.length);
  // Recorded: initial weights, splits and the order of all batches hang on it.
  expect(seedFrom(0, '1790-george-washington')).toBe(-403617392);
});

test('randomIndex draws every index equally often, the same for a seed', () => {
  const draw = randomIndex(7);
  const counts = new Array(6).fill(0);
  for (let i = 0; i < 60_000; i++) counts[draw(6)]++;
  // Five standard errors of a binomial count.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6)));
  const [a, b, c] = [7, 7, 8].map(sequence);
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
  expect(() => randomIndex(0.5)).toThrow('The seed is 0.5; give a 32-bit integer');
});

test('shuffled gives every order equally often, and leaves the items as they were', () => {
  const items = ['a', 'b', 'c'];
  const draw = randomIndex(3);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 60_000; i++) {
    const order = shuffled(items, draw).join('');
    counts[order] = (counts[order] ?? 0) + 1;
  }
  expect(Object.keys(counts).sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of Object.values(counts))
    expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6)));
  expect(items).toEqual(['a', 'b', 'c']);
  expect(shuffled([], draw)).toEqual([]);
});

function sequence(seed: number): number[] {
  const draw = randomIndex(seed);
  return Array.from({ length: 20 }, () => draw(1000));
}
