import { tolerance, values } from '@interlayer/test-kit';
import fc from 'fast-check';
import * as simple from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { mean, median, pearson, quantile, ranks, standardDeviation, sum, variance } from '../src/index';

const lists = fc.array(values(), { minLength: 2, maxLength: 40 });

describe('summaries of a sample', () => {
  test('mean, variance and median are those of simple-statistics', () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(mean(list)).toBeCloseTo(simple.mean(list), 12);
        expect(variance(list)).toBeCloseTo(simple.sampleVariance(list), 12);
        expect(standardDeviation(list) ** 2).toBeCloseTo(variance(list), 12);
        expect(median(list)).toBeCloseTo(simple.median(list), 12);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('the sum loses nothing where a plain one loses all', () => {
    expect(sum([1e16, 1, -1e16])).toBe(1);
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(new Float64Array(1e6).fill(0.1))).toBe(1e5);
    expect(mean(Float64Array.from({ length: 1000 }, (_, i) => 1e15 + (i % 2)))).toBe(1e15 + 0.5);
  });

  test('quantiles interpolate between neighbours: n − 1 equal steps from the least to the largest', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((p) => quantile([4, 1, 3, 2], p))).toEqual([1, 1.75, 2.5, 3.25, 4]);
    fc.assert(
      fc.property(lists, fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
        const sorted = [...list].sort((a, b) => a - b);
        // A second formula: weigh every order statistic by a hat function around the wanted place.
        const place = p * (list.length - 1);
        const hats = sorted.reduce((total, value, i) => total + value * Math.max(0, 1 - Math.abs(i - place)), 0);
        expect(Math.abs(quantile(list, p) - hats)).toBeLessThan(tolerance.float64);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('what is undefined is refused', () => {
    expect(() => mean([])).toThrow('no values');
    expect(() => variance([1])).toThrow('at least two values; there are 1');
    expect(() => quantile([], 0.5)).toThrow('no values');
    expect(() => quantile([1], 1.5)).toThrow('must lie in [0, 1]');
    expect(() => median([1, Number.NaN])).toThrow('NaN at index 1');
  });
});

describe('ranks', () => {
  test('equal a count of the smaller and half the equal ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 30 }), (list) => {
        const counted = list.map(
          (x) => list.filter((y) => y < x).length + (list.filter((y) => y === x).length + 1) / 2,
        );
        expect([...ranks(list)]).toEqual(counted);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('refuse NaN', () => expect(() => ranks([1, Number.NaN])).toThrow('NaN at index 1'));
});

test('pearson is the correlation of simple-statistics, invariant to scale and shift, and NaN for a constant', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(values(), values()), { minLength: 3, maxLength: 30 }), (pairs) => {
      const a = pairs.map(([x]) => x);
      const b = pairs.map(([, y]) => y);
      fc.pre(variance(a) > 1e-3 && variance(b) > 1e-3);
      expect(pearson(a, b)).toBeCloseTo(simple.sampleCorrelation(a, b), 10);
      expect(
        pearson(
          a.map((x) => 3 - 2 * x),
          b,
        ),
      ).toBeCloseTo(-pearson(a, b), 10);
    }),
    { seed: 4, numRuns: 100 },
  );
  expect(pearson([1, 1, 1], [1, 2, 3])).toBeNaN();
  expect(() => pearson([1], [2])).toThrow('at least two pairs');
  expect(() => pearson([1, 2], [2])).toThrow('2 and 1 values');
});

describe('whatever the scale, and for equal values', () => {
  const equal = [0.1, 1 / 3, 1e300, 1e-310, -Number.MAX_VALUE];

  test('the mean of equal values is that value, and they do not vary or correlate', () => {
    for (const value of equal) {
      for (const n of [2, 3, 7, 1000]) {
        const list = new Float64Array(n).fill(value);
        expect(mean(list)).toBe(value);
        expect(variance(list)).toBe(0);
        expect(standardDeviation(list)).toBe(0);
        expect(median(list)).toBe(value);
        expect(pearson(list, Array.from(list.keys()))).toBeNaN();
        expect(pearson(list, list)).toBeNaN();
      }
    }
  });

  test('scaling by a power of two scales the results and rounds nothing, up to the ends of the range', () => {
    const list = [3, -1.5, 0.25, 7, 11];
    const other = [2, 0, 1, 4, 5];
    for (const exponent of [664, 1019, -664, -1000]) {
      const scaled = list.map((value) => value * 2 ** exponent);
      expect(mean(scaled)).toBe(mean(list) * 2 ** exponent);
      expect(standardDeviation(scaled)).toBe(standardDeviation(list) * 2 ** exponent);
      expect(quantile(scaled, 0.3)).toBe(quantile(list, 0.3) * 2 ** exponent);
      expect(pearson(scaled, other)).toBe(pearson(list, other));
      expect(pearson(scaled, scaled)).toBe(1);
    }
    const { MAX_VALUE } = Number;
    expect(mean([MAX_VALUE, MAX_VALUE])).toBe(MAX_VALUE);
    expect(sum([MAX_VALUE, MAX_VALUE, -MAX_VALUE])).toBe(MAX_VALUE);
    expect(sum([MAX_VALUE, MAX_VALUE])).toBe(Number.POSITIVE_INFINITY);
    expect(median([-MAX_VALUE, MAX_VALUE])).toBe(0);
    expect(pearson([-MAX_VALUE, MAX_VALUE, 0], [-1, 1, 0])).toBe(1);
    expect(standardDeviation([-MAX_VALUE / 2, MAX_VALUE / 2, 0])).toBe(MAX_VALUE / 2);
  });

  test('a value that is not finite is named with its index', () => {
    for (const statistic of [sum, mean, variance, standardDeviation, (list: number[]) => pearson(list, [1, 2, 3])])
      expect(() => statistic([1, Number.POSITIVE_INFINITY, 2])).toThrow('Infinity at index 1');
  });
});
