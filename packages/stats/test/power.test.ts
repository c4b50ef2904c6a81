import { describe, expect, test } from 'vitest';
import {
  binomialProbability,
  mean,
  minimumDetectableEffect,
  powerOfEffect,
  powerOfProportion,
  sampleSizeForMean,
  sampleSizeForProportion,
  standardDeviation,
  wilson,
} from '../src/index';
import { normalValues } from './support';

describe('power of an effect', () => {
  test('equals how often simulated intervals exclude 0', () => {
    const draw = normalValues(1);
    for (const effect of [0, 0.25, 0.5]) {
      const n = 64;
      let excluded = 0;
      for (let s = 0; s < 4000; s++) {
        const sample = draw(n).map((x) => x + effect);
        if (Math.abs(mean(sample)) > (1.959964 * standardDeviation(sample)) / Math.sqrt(n)) excluded++;
      }
      const power = powerOfEffect({ effect, standardError: 1 / Math.sqrt(n) });
      expect(Math.abs(excluded / 4000 - power), `effect ${effect}`).toBeLessThan(0.03);
    }
  });

  test('is the level’s complement without an effect, even in its sign, and grows', () => {
    expect(powerOfEffect({ effect: 0, standardError: 2 })).toBeCloseTo(0.05, 12);
    expect(powerOfEffect({ effect: -3, standardError: 2 })).toBe(powerOfEffect({ effect: 3, standardError: 2 }));
    expect(powerOfEffect({ effect: Infinity, standardError: 2 })).toBe(1);
  });

  test('the minimum detectable effect has the wanted power, and the sample size reaches it', () => {
    for (const power of [0.5, 0.8, 0.95]) {
      for (const level of [0.9, 0.95, 0.99]) {
        const effect = minimumDetectableEffect({ standardError: 0.3, level, power });
        expect(Math.abs(powerOfEffect({ effect, standardError: 0.3, level }) - power)).toBeLessThan(1e-3);
        const n = sampleSizeForMean({ effect: -0.2, standardDeviation: 1.5, level, power });
        const at = (size: number) => powerOfEffect({ effect: 0.2, standardError: 1.5 / Math.sqrt(size), level });
        expect(at(n)).toBeGreaterThanOrEqual(power - 1e-9);
        expect(at(n - 1)).toBeLessThan(power + 1e-3);
      }
    }
    // The textbook's 2.8 standard errors.
    expect(minimumDetectableEffect({ standardError: 1 })).toBeCloseTo(2.80158, 4);
  });
});

describe('power of a proportion', () => {
  test('is near the exact chance that Wilson’s interval excludes the reference', () => {
    for (const [n, reference, probability] of [
      [200, 0.5, 0.6],
      [500, 0.1, 0.15],
      [100, 0.5, 0.35],
      [60, 0.3, 0.5],
    ]) {
      let exact = 0;
      for (let k = 0; k <= n; k++) {
        const { lower, upper } = wilson(k, n);
        if (reference < lower || reference > upper) exact += binomialProbability(k, n, probability);
      }
      expect(Math.abs(powerOfProportion({ n, reference, probability }) - exact), `${n}`).toBeLessThan(0.035);
    }
  });

  test('the sample size is the smallest that reaches the power', () => {
    for (const design of [
      { reference: 0.5, probability: 0.6 },
      { reference: 0.5, probability: 0.45, level: 0.99 },
      { reference: 0.02, probability: 0.05, power: 0.9 },
    ]) {
      const n = sampleSizeForProportion(design);
      expect(powerOfProportion({ ...design, n })).toBeGreaterThanOrEqual((design.power ?? 0.8) - 1e-9);
      expect(powerOfProportion({ ...design, n: n - 1 })).toBeLessThan(design.power ?? 0.8);
    }
    // (1.959964 · 0.5 + 0.841621 · √0.24)² / 0.1² = 193.8
    expect(sampleSizeForProportion({ reference: 0.5, probability: 0.6 })).toBe(194);
  });
});

test('designs that make no sense are refused', () => {
  expect(() => powerOfEffect({ effect: 1, standardError: 0 })).toThrow('standard error is 0');
  expect(() => powerOfEffect({ effect: Number.NaN, standardError: 1 })).toThrow('effect is NaN');
  expect(() => minimumDetectableEffect({ standardError: 1, power: 1 })).toThrow('power is 1');
  expect(() => sampleSizeForMean({ effect: 0, standardDeviation: 1 })).toThrow('size of the effect is 0');
  expect(() => powerOfProportion({ n: 0, reference: 0.5, probability: 0.6 })).toThrow('number of trials is 0');
  expect(() => powerOfProportion({ n: 9, reference: 0, probability: 0.6 })).toThrow('reference proportion is 0');
  expect(() => sampleSizeForProportion({ reference: 0.5, probability: 0.5 })).toThrow('Equal proportions');
});
