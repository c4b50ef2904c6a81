import { tolerance } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { type Alternative, binomialProbabilities, binomialTest, mcnemarTest, signTest } from '../src/index';

/** The distribution by adding one trial at a time. */
function pascal(n: number, p: number): number[] {
  let masses = [1];
  for (let i = 0; i < n; i++) {
    masses = Array.from({ length: masses.length + 1 }, (_, k) => (masses[k] ?? 0) * (1 - p) + (masses[k - 1] ?? 0) * p);
  }
  return masses;
}

describe('the exact binomial test', () => {
  test.each([0, 0.03, 0.3, 0.5, 0.9, 1])('with probability %d equals adding up the outcomes', (probability) => {
    for (const n of [1, 2, 9, 40]) {
      const masses = pascal(n, probability);
      binomialProbabilities(n, probability).forEach((mass, k) => {
        expect(Math.abs(mass - masses[k])).toBeLessThan(tolerance.float64);
      });
      for (let k = 0; k <= n; k++) {
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

  test('keeps its level: a true hypothesis is rejected at most as often as promised', () => {
    for (const n of [20, 75]) {
      const masses = pascal(n, 0.3);
      const rejected = masses.reduce(
        (sum, mass, k) => sum + (binomialTest(k, n, { probability: 0.3 }) <= 0.05 ? mass : 0),
        0,
      );
      expect(rejected).toBeLessThanOrEqual(0.05);
      expect(rejected).toBeGreaterThan(0.015);
    }
  });

  test('refuses what is no count or probability', () => {
    expect(() => binomialTest(3, 2)).toThrow('3 successes in 2');
    expect(() => binomialTest(1, 2, { probability: 2 })).toThrow('hypothesis is 2');
  });
});

describe('paired tests', () => {
  test('signs: zeros are set aside', () => {
    expect(signTest([1, 2, -0.5, 0, 3, 0])).toEqual({ positive: 3, negative: 1, ties: 2, p: binomialTest(3, 4) });
    expect(signTest([1, 2, -0.5], { alternative: 'greater' }).p).toBeCloseTo(0.5, 12);
    expect(signTest([0, 0])).toEqual({ positive: 0, negative: 0, ties: 2, p: Number.NaN });
    expect(() => signTest([])).toThrow('no differences');
    expect(() => signTest([1, Number.NaN])).toThrow('NaN at index 1');
  });

  test('McNemar: only disagreements count, and the difference of the proportions is theirs', () => {
    const a = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1];
    const b = [true, false, false, false, false, false, true, false, true, false];
    expect(mcnemarTest(a, b)).toEqual({ positive: 6, negative: 1, ties: 3, p: binomialTest(6, 7), difference: 0.5 });
    expect(mcnemarTest(b, a)).toMatchObject({ difference: -0.5, p: binomialTest(1, 7) });
    expect(() => mcnemarTest([0, 2], [0, 1])).toThrow('index 1 is 2');
    expect(() => mcnemarTest([0], [0, 1])).toThrow('1 and 2 values');
  });
});
