import { seededRandom, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean, median, weightedGroupedMedian, weightedMean, weightedQuantile } from '../src/index';

const weighted = fc
  .array(fc.record({ value: fc.integer({ min: -5, max: 5 }), weight: fc.nat(4) }), { minLength: 1, maxLength: 20 })
  .filter((units) => units.some(({ weight }) => weight > 0));
const split = (units: { value: number; weight: number }[]) => ({
  values: units.map(({ value }) => value),
  weights: units.map(({ weight }) => weight),
  written: units.flatMap(({ value, weight }) => Array<number>(weight).fill(value)),
});

/** Hyndman & Fan's type 2, by its definition: the average of the largest and the smallest p-quantile of the ECDF. */
function type2(list: readonly number[], p: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  const n = sorted.length;
  const shareUpTo = (x: number) => sorted.filter((value) => value <= x).length;
  const shareFrom = (x: number) => sorted.filter((value) => value >= x).length;
  const quantiles = sorted.filter((x) => shareUpTo(x) >= p * n && shareFrom(x) >= n - p * n);
  return (quantiles[0] + quantiles.at(-1)!) / 2;
}

/** Python's statistics.median_grouped, from its documentation: L + interval · (n/2 − cf) / f. */
function medianGrouped(list: readonly number[], interval: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  const x = sorted[Math.floor(sorted.length / 2)];
  const below = sorted.filter((value) => value < x).length;
  const within = sorted.filter((value) => value === x).length;
  return x - interval / 2 + (interval * (sorted.length / 2 - below)) / within;
}

describe('weighted statistics equal the plain ones on values written out as often as they weigh', () => {
  test('the mean', () => {
    fc.assert(
      fc.property(weighted, (units) => {
        const { values, weights, written } = split(units);
        expect(Math.abs(weightedMean(values)(weights) - mean(written))).toBeLessThan(tolerance.float64);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('quantiles, and their median', () => {
    // Dyadic shares, so that p · n is exact.
    const share = fc.integer({ min: 1, max: 31 }).map((k) => k / 32);
    fc.assert(
      fc.property(weighted, share, (units, p) => {
        const { values, weights, written } = split(units);
        expect(weightedQuantile(values, p)(weights)).toBe(type2(written, p));
        expect(weightedQuantile(values, 0.5)(weights)).toBe(median(written));
        expect(weightedQuantile(values, 0)(weights)).toBe(Math.min(...written));
        expect(weightedQuantile(values, 1)(weights)).toBe(Math.max(...written));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('the grouped median, as Python has it for an odd number', () => {
    fc.assert(
      fc.property(weighted, fc.constantFrom(1, 0.25, 3), (units, width) => {
        const { values, weights, written } = split(units);
        fc.pre(written.length % 2 === 1);
        const scaled = values.map((value) => value * width);
        expect(weightedGroupedMedian(scaled, width)(weights)).toBeCloseTo(
          medianGrouped(
            written.map((value) => value * width),
            width,
          ),
          12,
        );
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

test('the grouped median halves the histogram', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 100; round++) {
    const width = 0.25;
    const values = Array.from({ length: 1 + Math.floor(random() * 15) }, () => width * Math.floor(random() * 5 - 2));
    const middle = weightedGroupedMedian(values, width)(values.map(() => 1));
    // The mass of the histogram below it, each value spread evenly over its interval.
    const mass = values.reduce((sum, value) => sum + Math.min(1, Math.max(0, (middle - value) / width + 0.5)), 0);
    expect(mass).toBeCloseTo(values.length / 2, 9);
  }
  expect(weightedGroupedMedian([1e15, 1e15 + 2, -3], 1)([1, 1, 1])).toBe(1e15);
});

test('fractional weights: only their ratios count, and the largest value is reached', () => {
  const values = [3, 1, 2, 7];
  const weights = [0.1, 0.2, 0.3, 0.7];
  for (const factor of [1, 3, 1e-12, 1e12]) {
    const scaled = weights.map((weight) => weight * factor);
    expect(weightedMean(values)(scaled)).toBeCloseTo((0.3 + 0.2 + 0.6 + 4.9) / 1.3, 12);
    expect(weightedQuantile(values, 1)(scaled)).toBe(7);
    expect(weightedQuantile(values, 0.4)(scaled)).toBe(3);
  }
});

test('the mean of equal values is that value, at any scale of values and weights', () => {
  const random = seededRandom(5);
  for (const value of [0.1, 1 / 3, 1e300, -7e-310, Number.MAX_VALUE]) {
    const weights = Array.from({ length: 50 }, () => Math.floor(random() * 5));
    expect(weightedMean(Array(50).fill(value))(weights)).toBe(value);
    expect(weightedMean([value, 1, value])([3, 0, 7])).toBe(value);
    expect(weightedQuantile(Array(50).fill(value), 0.3)(weights)).toBe(value);
  }
  expect(weightedMean([Number.MAX_VALUE, Number.MAX_VALUE / 2])([1, 1])).toBe(Number.MAX_VALUE * 0.75);
  expect(weightedMean([1, 3])([1e-320, 1e-320])).toBe(2);
  expect(weightedMean([1e10, 3e10])([1e300, 1e300])).toBe(2e10);
});

test('weights that are all 0 leave the statistic undefined; bad values, weights and shares are refused', () => {
  for (const statistic of [weightedMean([1, 2]), weightedQuantile([1, 2], 0.5), weightedGroupedMedian([1, 2], 1)]) {
    expect(statistic([0, 0])).toBeNaN();
    expect(() => statistic([1])).toThrow('1 weights for 2 values');
    expect(() => statistic([1, -1])).toThrow('weight at index 1 is -1');
    expect(() => statistic([Number.NaN, 1])).toThrow('weight at index 0 is NaN');
  }
  expect(() => weightedMean([1, Number.NaN])).toThrow('NaN at index 1');
  expect(() => weightedQuantile([1], 1.5)).toThrow('must lie in [0, 1]');
  expect(() => weightedGroupedMedian([1], 0)).toThrow('width of the intervals is 0');
});
