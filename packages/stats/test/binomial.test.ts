import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alternative, binomialProbability, binomialTest } from '../src/index';

/** The distribution by adding one trial at a time. */
function pascal(n: number, p: number): number[] {
  let masses = [1];
  for (let i = 0; i < n; i++) {
    masses = Array.from({ length: masses.length + 1 }, (_, k) => (masses[k] ?? 0) * (1 - p) + (masses[k - 1] ?? 0) * p);
  }
  return masses;
}

/** C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ for p = of1024 / 1024, in integers of any size, to 20 digits. */
function exactMass(k: number, n: number, of1024: number): number {
  let ways = 1n;
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  const numerator = ways * BigInt(of1024) ** BigInt(k) * BigInt(1024 - of1024) ** BigInt(n - k);
  // numerator / 2^(10 n): its leading 70 bits, and the power of two that is left.
  const shift = Math.max(0, numerator.toString(2).length - 70);
  return Number(numerator >> BigInt(shift)) * 2 ** ((shift - 10 * n) / 2) * 2 ** ((shift - 10 * n) / 2);
}

/**
 * P(X ≥ k) as the incomplete beta function ∫₀ᵖ tᵏ⁻¹(1 − t)ⁿ⁻ᵏ dt / ∫₀¹ …, by Simpson's rule over 12 standard deviations on
 * each side of the integrand's peak. No factorials, and no sum over outcomes.
 */
function byQuadrature(k: number, n: number, p: number): number {
  const peak = (k - 1) / (n - 1);
  const deviation = Math.sqrt((peak * (1 - peak)) / n);
  const integrand = (t: number) =>
    Math.exp((k - 1) * Math.log1p((t - peak) / peak) + (n - k) * Math.log1p((peak - t) / (1 - peak)));
  const integral = (from: number, to: number) => {
    const steps = 20_000;
    let total = 0;
    for (let i = 0; i <= steps; i++) {
      const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
      total += weight * integrand(from + ((to - from) * i) / steps);
    }
    return (total * (to - from)) / steps / 3;
  };
  const [low, high] = [Math.max(0, peak - 12 * deviation), Math.min(1, peak + 12 * deviation)];
  return integral(low, p) / (integral(low, p) + integral(p, high));
}

describe('binomialProbability', () => {
  test('equals counting in whole numbers, to ten digits of itself', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 600 })
          .chain((n) => fc.tuple(fc.constant(n), fc.nat(n), fc.integer({ min: 1, max: 1023 }))),
        ([n, k, of1024]) => {
          const expected = exactMass(k, n, of1024);
          fc.pre(expected > 1e-280);
          expect(Math.abs(binomialProbability(k, n, of1024 / 1024) / expected - 1)).toBeLessThan(
            tolerance.specialFunction,
          );
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test('sums to 1', () => {
    for (const [n, p] of [
      [7, 0.2],
      [900, 0.001],
      [5000, 0.7],
    ] as const) {
      let total = 0;
      for (let k = 0; k <= n; k++) total += binomialProbability(k, n, p);
      expect(Math.abs(total - 1)).toBeLessThan(tolerance.float64);
    }
  });

  test('of rare events tends to Poisson’s law, also where 1 − p rounds to 1', () => {
    for (const [n, p] of [
      [1e15, 1e-15],
      [2 ** 53 - 1, 1e-16],
      [1e12, 3e-20],
    ] as const) {
      let poisson = Math.exp(-n * p);
      for (let k = 0; k < 5; k++) {
        expect(Math.abs(binomialProbability(k, n, p) / poisson - 1)).toBeLessThan(tolerance.float64);
        poisson *= (n * p) / (k + 1);
      }
    }
    expect(binomialProbability(1, 10, 1e-310)).toBeGreaterThanOrEqual(0);
  });

  test('refuses what is not a count or a probability', () => {
    expect(() => binomialProbability(3, 2, 0.5)).toThrow('3 successes in 2');
    expect(() => binomialProbability(1, 2, Number.NaN)).toThrow('probability of a success is NaN');
  });
});

describe('binomialTest', () => {
  test.each([0, 0.03, 0.3, 0.5, 0.9, 1])('with probability %d equals adding up the outcomes', (probability) => {
    for (const n of [1, 2, 9, 40]) {
      const masses = pascal(n, probability);
      for (let k = 0; k <= n; k++) {
        expect(Math.abs(binomialProbability(k, n, probability) - masses[k])).toBeLessThan(tolerance.float64);
        const expected: Record<Alternative, number> = {
          greater: masses.slice(k).reduce((a, b) => a + b, 0),
          less: masses.slice(0, k + 1).reduce((a, b) => a + b, 0),
          'two-sided': masses.filter((mass) => mass <= masses[k] * (1 + 1e-7)).reduce((a, b) => a + b, 0),
        };
        for (const alternative of ['greater', 'less', 'two-sided'] as const) {
          expect(Math.abs(binomialTest(k, n, { probability, alternative }) - expected[alternative])).toBeLessThan(
            tolerance.float64,
          );
        }
      }
    }
  });

  test('textbook values: 7 of 10, 1 of 10, 0 of 5 fair coins', () => {
    expect(binomialTest(7, 10)).toBeCloseTo(352 / 1024, 12);
    expect(binomialTest(1, 10)).toBeCloseTo(22 / 1024, 12);
    expect(binomialTest(0, 5)).toBeCloseTo(2 / 32, 12);
    expect(binomialTest(5, 10)).toBe(1);
  });

  test.each([
    [10_004_500, 2e7, 0.5],
    [9_991_000, 2e7, 0.5],
    [500_003_000_000, 1e12, 0.5],
    [300_001_500_000, 1e12, 0.3],
    [1_000_003, 1e12, 1e-6],
  ])('%i of %i equals the incomplete beta function by quadrature', (k, n, probability) => {
    const expected = byQuadrature(k, n, probability);
    const options = { probability, alternative: 'greater' as const };
    expect(Math.abs(binomialTest(k, n, options) / expected - 1)).toBeLessThan(tolerance.float64);
    // By symmetry the far side of a fair coin is the same tail again.
    if (probability === 0.5) {
      const tail = byQuadrature(Math.max(k, n - k), n, 0.5);
      expect(Math.abs(binomialTest(k, n) / (2 * tail) - 1)).toBeLessThan(tolerance.float64);
    }
  });

  test('takes a moment, not an age, at the largest n', () => {
    const n = 1e14;
    expect(binomialTest(n / 2, n)).toBe(1);
    // 8 standard deviations: 2 · Φ(−8), to a relative error of the order of 8³ / √n.
    expect(binomialTest(n / 2 + 4 * Math.sqrt(n), n) / 1.244192114854364e-15).toBeCloseTo(1, 5);
    expect(binomialTest(2 ** 53 - 2, 2 ** 53 - 1)).toBe(0);
  });

  test('keeps its level: a true hypothesis is rejected at most as often as promised', () => {
    for (const n of [20, 75]) {
      const rejected = pascal(n, 0.3).reduce(
        (sum, mass, k) => sum + (binomialTest(k, n, { probability: 0.3 }) <= 0.05 ? mass : 0),
        0,
      );
      expect(rejected).toBeLessThanOrEqual(0.05);
      expect(rejected).toBeGreaterThan(0.015);
    }
  });

  test('refuses what is not a count, a probability or an alternative', () => {
    expect(() => binomialTest(3, 2)).toThrow('3 successes in 2');
    expect(() => binomialTest(1, 2, { probability: 2 })).toThrow('success is 2');
    expect(() => binomialTest(1, 2, { alternative: 'two.sided' as never })).toThrow(
      'alternative is "two.sided"; it is',
    );
  });
});
