import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialTest, hypergeometricTail, normalCdf } from '../src/index';

/** Binomial coefficients in integers of any size. */
function choose(n: bigint, k: bigint): bigint {
  if (k < 0n || k > n) return 0n;
  let ways = 1n;
  for (let i = 1n; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}

/** The tail as a ratio of whole numbers, to 18 digits. */
function exact(observed: number, population: number, marked: number, draws: number): number {
  let ways = 0n;
  for (let k = observed; k <= draws; k++)
    ways += choose(BigInt(marked), BigInt(k)) * choose(BigInt(population - marked), BigInt(draws - k));
  const all = choose(BigInt(population), BigInt(draws));
  const shift = 10n ** 400n;
  const digits = ((ways * shift) / all).toString();
  // The leading digits and the power of ten, since a tail may be far below what a quotient to 18 places shows.
  return digits === '0' ? 0 : Number(`0.${digits}e${digits.length - 400}`);
}

const draw = fc
  .integer({ min: 1, max: 400 })
  .chain((population) =>
    fc.record({
      population: fc.constant(population),
      marked: fc.integer({ min: 0, max: population }),
      draws: fc.integer({ min: 0, max: Math.min(population, 60) }),
    }),
  )
  .chain((counts) => fc.tuple(fc.constant(counts), fc.integer({ min: 0, max: counts.draws })));

describe('hypergeometricTail', () => {
  test('equals counting in whole numbers, to nine digits of the smaller tail', () => {
    fc.assert(
      fc.property(draw, ([{ population, marked, draws }, observed]) => {
        const expected = exact(observed, population, marked, draws);
        const found = hypergeometricTail(observed, { population, marked, draws });
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance.float64 * Math.min(expected, 1));
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('keeps its digits in a corpus of millions', () => {
    for (const [observed, marked] of [
      [3, 17],
      [3, 90_000],
      [12, 2100],
      [25, 1_500_000],
      [1, 5],
    ] as const) {
      const expected = exact(observed, 2_148_518, marked, 25);
      const found = hypergeometricTail(observed, { population: 2_148_518, marked, draws: 25 });
      expect(Math.abs(found / expected - 1)).toBeLessThan(tolerance.float64);
    }
  });

  test('tends to the binomial tail as the population grows', () => {
    const found = hypergeometricTail(4, { population: 1e12, marked: 5e10, draws: 25 });
    expect(Math.abs(found / binomialTest(4, 25, { probability: 0.05, alternative: 'greater' }) - 1)).toBeLessThan(
      tolerance.float64,
    );
  });

  test('answers at once for large numbers of draws, as a normal law with a continuity correction does', () => {
    for (const [population, marked, draws, z] of [
      [1e12, 4e11, 3e11, 3],
      [1e9, 5e8, 5e8, 5],
      [2 ** 53 - 1, 1e13, 1e14, -2],
    ]) {
      const share = marked / population;
      const deviation = Math.sqrt(draws * share * (1 - share) * ((population - draws) / (population - 1)));
      const observed = Math.round(draws * share + z * deviation);
      const expected = 1 - normalCdf((observed - 0.5 - draws * share) / deviation);
      const tail = hypergeometricTail(observed, { population, marked, draws });
      // The next term, from the law's skewness, is of the order of z³ / deviation.
      expect(Math.abs(tail / expected - 1)).toBeLessThan((5 * (1 + Math.abs(z) ** 3)) / deviation + tolerance.float32);
    }
  });

  test('falls as more is observed and is symmetric in draws and marked', () => {
    fc.assert(
      fc.property(draw, ([counts, observed]) => {
        const { population, marked, draws } = counts;
        const p = hypergeometricTail(observed, counts);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        if (observed > 0) expect(p).toBeLessThanOrEqual(hypergeometricTail(observed - 1, counts) + tolerance.float64);
        if (observed <= marked)
          expect(p).toBe(hypergeometricTail(observed, { population, marked: draws, draws: marked }));
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test('is certain or impossible at the ends, and refuses counts that cannot be', () => {
    expect(hypergeometricTail(0, { population: 10, marked: 0, draws: 5 })).toBe(1);
    expect(hypergeometricTail(1, { population: 10, marked: 0, draws: 5 })).toBe(0);
    expect(hypergeometricTail(2, { population: 10, marked: 7, draws: 5 })).toBe(1);
    expect(hypergeometricTail(0, { population: 0, marked: 0, draws: 0 })).toBe(1);
    expect(() => hypergeometricTail(1, { population: 10, marked: 11, draws: 5 })).toThrow('10 items with 11 marked');
    expect(() => hypergeometricTail(6, { population: 10, marked: 5, draws: 5 })).toThrow('6 of 5 draws');
    expect(() => hypergeometricTail(1.5, { population: 10, marked: 5, draws: 5 })).toThrow('observed is 1.5');
    expect(() => hypergeometricTail(1, { population: 10, marked: -1, draws: 5 })).toThrow('marked is -1');
  });
});
