import { describe, expect, test } from 'vitest';
import { binomialProbability, wilson } from '../src/index';

describe('wilson', () => {
  test('its ends solve (p̂ − p)² = z² p(1 − p)/n: the score test is exactly at its level there', () => {
    const z = 1.959963984540054;
    for (const [successes, n] of [
      [1, 10],
      [7, 10],
      [50, 100],
      [3, 2000],
    ]) {
      const { estimate, lower, upper } = wilson(successes, n);
      expect(estimate).toBe(successes / n);
      for (const p of [lower, upper]) expect((estimate - p) ** 2).toBeCloseTo((z * z * p * (1 - p)) / n, 14);
      expect(lower).toBeLessThan(estimate);
      expect(upper).toBeGreaterThan(estimate);
    }
  });

  test('none and all: one end exact, the other z²/(n + z²) away, and the boundary flagged', () => {
    const z2 = 1.959963984540054 ** 2;
    expect(wilson(0, 20)).toMatchObject({ estimate: 0, lower: 0, boundary: true });
    expect(wilson(0, 20).upper).toBeCloseTo(z2 / (20 + z2), 14);
    expect(wilson(20, 20)).toMatchObject({ estimate: 1, upper: 1, boundary: true });
    expect(wilson(20, 20).lower).toBeCloseTo(20 / (20 + z2), 14);
    expect(wilson(1, 20).boundary).toBe(false);
  });

  test('mirrors when successes and failures change places, and widens with the level', () => {
    for (let k = 0; k <= 30; k++) {
      expect(wilson(k, 30).lower).toBeCloseTo(1 - wilson(30 - k, 30).upper, 14);
      expect(wilson(k, 30, 0.99).upper - wilson(k, 30, 0.99).lower).toBeGreaterThan(
        wilson(k, 30).upper - wilson(k, 30).lower,
      );
    }
  });

  test('covers the truth with 93 to 97 %, by exact enumeration (its coverage swings with p; the mean over p is nominal)', () => {
    for (const n of [40, 100, 400]) {
      const intervals = Array.from({ length: n + 1 }, (_, k) => wilson(k, n));
      const coverages: number[] = [];
      for (let p = 0.1; p < 0.9; p += 0.0037) {
        let covered = 0;
        for (let k = 0; k <= n; k++)
          if (intervals[k].lower <= p && p <= intervals[k].upper) covered += binomialProbability(k, n, p);
        coverages.push(covered);
      }
      const average = coverages.reduce((a, b) => a + b, 0) / coverages.length;
      expect(average).toBeGreaterThan(0.945);
      expect(average).toBeLessThan(0.955);
      const nominal = coverages.filter((coverage) => coverage > 0.93 && coverage < 0.97);
      expect(nominal.length / coverages.length).toBeGreaterThan(0.9);
    }
  });

  test('has finite bounds at the level next to 1', () => {
    const { lower, upper } = wilson(10, 100, 1 - 2 ** -53);
    expect(lower).toBeGreaterThan(0);
    expect(upper).toBeLessThan(1);
  });

  test('refuses what is no count', () => {
    expect(() => wilson(0, 0)).toThrow('number of trials is 0');
    expect(() => wilson(3, 2)).toThrow('3 successes in 2 trials');
    expect(() => wilson(0.5, 2)).toThrow('0.5 successes');
    expect(() => wilson(1, 2, 95)).toThrow('level is 95');
  });
});
