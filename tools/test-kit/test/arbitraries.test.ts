import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrix, permutation, seededRandom, values } from '../src/index';

it('draws finite float32 numbers without subnormals', () => {
  fc.assert(
    fc.property(values(3), (x) => {
      expect(Math.fround(x)).toBe(x);
      expect(Math.abs(x)).toBeLessThanOrEqual(3);
      expect(x === 0 || Math.abs(x) > 2 ** -126).toBe(true);
    }),
    { seed: 1 },
  );
});

it('draws matrices that fill their shape, and true permutations', () => {
  fc.assert(
    fc.property(matrix(), permutation(6), ({ rows, columns, data }, order) => {
      expect(data).toHaveLength(rows * columns);
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    }),
    { seed: 1 },
  );
});

it('gives the same numbers for the same seed, about uniform', () => {
  const [a, b, c] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const drawn = Array.from({ length: 10_000 }, a);
  expect(drawn.slice(0, 5)).toEqual(Array.from({ length: 5 }, b));
  expect(drawn.slice(0, 5)).not.toEqual(Array.from({ length: 5 }, c));
  // Four standard errors of the mean of uniform numbers.
  expect(Math.abs(drawn.reduce((sum, x) => sum + x, 0) / 10_000 - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 10_000));
});
