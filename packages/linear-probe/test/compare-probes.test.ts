import { randomValues } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { compareProbes, formatComparisons, type ProbeRecord, probe } from '../src/index';
import { signFlipTests } from '../src/sign-flip-test';
import { plantedData } from './formula-data';

const { X, ids } = plantedData({ n: 400, d: 6, signal: 4 });
const groups = Array.from(ids, (_, i) => Math.floor(i / 4));
const noise = { ...X, data: Float64Array.from(randomValues(X.data.length, 9)) };
const half = { ...X, data: X.data.map((x, i) => (i % 6 < 4 ? x : noise.data[i])) };

async function records(): Promise<Record<string, ProbeRecord>> {
  const each = async (features: typeof X) =>
    (await probe({ X: features, labels: ids, groups, seed: 3, codelength: false })).record;
  return { noise: await each(noise), half: await each(half), all: await each(X), again: await each(X) };
}

describe('compareProbes', () => {
  test('paired differences with intervals; Holm over all pairs', async () => {
    const probes = await records();
    const comparisons = compareProbes(probes, { seed: 1 });
    expect(comparisons.map(({ a, b }) => `${a} − ${b}`)).toEqual([
      'half − noise',
      'all − noise',
      'again − noise',
      'all − half',
      'again − half',
      'again − all',
    ]);
    for (const { a, b, difference, p, adjustedP } of comparisons) {
      expect(difference.estimate).toBeCloseTo(probes[a].test.estimate - probes[b].test.estimate, 12);
      expect(adjustedP).toBeGreaterThanOrEqual(p);
    }
    expect(comparisons[1].difference.lower).toBeGreaterThan(0);
    expect(comparisons[1].adjustedP).toBeLessThan(0.01);
    expect(comparisons[5]).toMatchObject({ p: 1, adjustedP: 1, difference: { estimate: 0 } });
    expect(comparisons[5].difference.degenerate).toBeTruthy();
    expect(compareProbes(probes, { seed: 1 })).toEqual(comparisons);
    const [first] = compareProbes(probes, { seed: 1, against: 'noise' });
    expect(first.difference.estimate).toBe(comparisons[0].difference.estimate);
    expect(formatComparisons(comparisons)).toMatch(
      /^all − noise +\d+\.\d % \[\d+\.\d, \d+\.\d\] +0\.0001\d* +0\.000\d+$/m,
    );
  });

  test('refuses what is not paired', async () => {
    const { all, half } = await records();
    const other = (await probe({ X, labels: ids, groups, seed: 4, codelength: false })).record;
    expect(() => compareProbes({ all, other }, { seed: 1 })).toThrow('"all" and "other" differ in test rows');
    const balanced = { ...half, metric: 'balanced accuracy' as const };
    expect(() => compareProbes({ all, balanced }, { seed: 1 })).toThrow('differ in metric');
    expect(() => compareProbes({ all }, { seed: 1 })).toThrow('at least two');
    expect(() => compareProbes({ all, half }, { seed: 1, against: 'layer 3' })).toThrow('no probe "layer 3"');
  });
});

test('signFlipTests comes to the share of all sign patterns', () => {
  const differences = [1, 2, 3].map((seed) =>
    Float64Array.from(randomValues(10, seed), (value) => value + 0.3 * (seed - 1)),
  );
  const exact = differences.map((each) => {
    let extreme = 0;
    const observed = Math.abs(each.reduce((a, b) => a + b));
    for (let pattern = 0; pattern < 1024; pattern++) {
      const sum = each.reduce((total, value, i) => total + (pattern & (1 << i) ? value : -value), 0);
      if (Math.abs(sum) >= observed - 1e-12) extreme++;
    }
    return extreme / 1024;
  });
  const estimates = signFlipTests(differences, 1);
  // Five standard errors of 9999 draws.
  for (const [i, p] of exact.entries())
    expect(Math.abs(estimates[i] - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 9999));
  expect(signFlipTests([new Float64Array(4)], 1)[0]).toBe(1);
  const small = [Float64Array.of(1, 1)];
  // Two groups cannot say more than one half.
  expect(signFlipTests(small, 1)[0]).toBeGreaterThan(0.45);
});

test('balanced differences add up to the difference of the metric', async () => {
  const each = async (features: typeof X) =>
    (await probe({ X: features, labels: ids, groups, seed: 3, codelength: false, metric: 'balanced accuracy' })).record;
  const probes = { noise: await each(noise), all: await each(X) };
  const [{ p, difference }] = compareProbes(probes, { seed: 1 });
  expect(difference.estimate).toBeCloseTo(probes.all.test.estimate - probes.noise.test.estimate, 12);
  expect(p).toBeLessThan(0.01);
});
