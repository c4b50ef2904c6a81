import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { clusterBootstrap, hierarchicalBootstrap, mean, standardDeviation, weightedMean } from '../src/index';
import { normalValues } from './support';

const draw = normalValues(9);
const groups = Array.from({ length: 12 }, (_, g) => draw(2 + (g % 5)).map((x) => x + g / 3));
const values = groups.flatMap((group) => [...group]);
const clusters = groups.flatMap((group, g) => Array.from(group, () => `document ${g}`));

describe('clusterBootstrap', () => {
  test('sees the resamples of a bootstrap of the groups themselves', () => {
    const ofWeights = weightedMean(values);
    const options = { seed: 4 };
    const plain = hierarchicalBootstrap(groups, (sample) => mean(sample.flatMap((group) => [...group])), options);
    const found = clusterBootstrap(clusters, ofWeights, options);
    expect(found.n).toBe(12);
    for (const key of ['estimate', 'lower', 'upper', 'standardError'] as const)
      expect(found[key]).toBeCloseTo(plain[key], 12);
  });

  test('each unit is drawn as often as any other of its cluster, and clusters keep their sizes', () => {
    const totals = new Float64Array(values.length);
    clusterBootstrap(
      clusters,
      (weights) => {
        for (let i = 0; i < weights.length; i++) totals[i] += weights[i];
        return weights[0];
      },
      { seed: 1, resamples: 20_000, method: 'percentile' },
    );
    // 20,000 resamples and the estimate; on average each cluster is drawn once, and so is each unit.
    for (const total of totals) expect(Math.abs(total / 20_001 - 1)).toBeLessThan(0.05);
    const sizes = new Set<number>();
    clusterBootstrap(['a', 'a', 'a', 'b', 'b'], (weights) => sizes.add(weights.reduce((a, b) => a + b)).size, {
      seed: 2,
      method: 'percentile',
    });
    expect([...sizes].sort()).toEqual([4, 5, 6]);
  });

  test('its variance of a weighted sum has the two-level closed form', () => {
    const standardError = clusterBootstrap(clusters, (weights) => weights.reduce((s, w, i) => s + w * values[i], 0), {
      seed: 3,
      resamples: 20_000,
    }).standardError;
    const totals = groups.map((group) => group.reduce((a, b) => a + b, 0));
    const plugIn = (x: ArrayLike<number>) => mean(Array.from(x, (v) => (v - mean(x)) ** 2));
    // n clusters are drawn: n · (variance between totals + mean variance of a total within).
    const exact = 12 * (plugIn(totals) + mean(groups.map((group) => group.length * plugIn(group))));
    expect(Math.abs(standardError / Math.sqrt(exact) - 1)).toBeLessThan(0.03);
  });

  test('many statistics of one resampling get the intervals that they would get alone', () => {
    const statistics = [weightedMean(values), (weights: Float64Array) => weights[3], () => 7, () => Number.NaN];
    const options = { seed: 9, level: 0.9 };
    expect(clusterBootstrap(clusters, (weights) => statistics.map((of) => of(weights)), options)).toEqual(
      statistics.map((of) => clusterBootstrap(clusters, of, options)),
    );
    expect(clusterBootstrap(clusters, () => [], options)).toEqual([]);
    expect(clusterBootstrap([1, 1], () => [1, 2], options)).toHaveLength(2);
  });

  test('each statistic can have its own level, and gets the interval that it would get alone at it', () => {
    const statistics = [weightedMean(values), (weights: Float64Array) => weights[3], weightedMean(values)];
    const level = [0.9, 0.95, 0.99];
    const all = (weights: Float64Array) => statistics.map((of) => of(weights));
    expect(clusterBootstrap(clusters, all, { seed: 9, level })).toEqual(
      statistics.map((of, i) => clusterBootstrap(clusters, of, { seed: 9, level: level[i] })),
    );
    expect(() => clusterBootstrap(clusters, all, { seed: 9, level: [0.9, 0.95] })).toThrow(
      'There are 2 levels for 3 statistics',
    );
    expect(() => clusterBootstrap(clusters, all, { seed: 9, level: [0.9, 0.95, 1] })).toThrow('The level is 1');
    expect(() => clusterBootstrap(clusters, all, { seed: 9, level: [0.9, 0.95, 0.9999] })).toThrow(
      'an interval of level 0.9999 needs an integer of at least 200000',
    );
  });

  test('weights may be kept: each call gets its own', () => {
    const kept = new Set<Float64Array>();
    const sums: number[] = [];
    clusterBootstrap(
      clusters,
      (weights) => {
        kept.add(weights);
        sums.push(weights.reduce((sum, weight, i) => sum + weight * i, 0));
        return weights[0];
      },
      { seed: 1, resamples: 2000 },
    );
    // The data as they are, the resamples, and the sample without each of twelve groups.
    expect(kept.size).toBe(2013);
    expect([...kept].map((weights) => weights.reduce((sum, weight, i) => sum + weight * i, 0))).toEqual(sums);
  });

  test('weights that only rescale equal values show no variation, however their sums are rounded', () => {
    const naive = (weights: Float64Array) => {
      let [sum, total] = [0, 0];
      for (const weight of weights) {
        sum += weight * 0.1;
        total += weight;
      }
      return sum / total;
    };
    expect(clusterBootstrap(clusters, naive, { seed: 1 })).toMatchObject({
      lower: -Infinity,
      degenerate: expect.stringContaining('no variation'),
    });
  });

  test('falls back on percentiles where asked to, and says so', () => {
    const random = seededRandom(1);
    const data = Array.from({ length: 40 }, () => random());
    const largest = (weights: Float64Array) => Math.max(...data.filter((_, i) => weights[i] > 0));
    const each = data.map((_, i) => i);
    expect(clusterBootstrap(each, largest, { seed: 2 })).toMatchObject({ method: 'bca', lower: -Infinity });
    const percentile = clusterBootstrap(each, largest, { seed: 2, method: 'percentile' });
    expect(percentile.lower).toBeGreaterThan(0);
    expect(clusterBootstrap(each, largest, { seed: 2, method: 'bca-or-percentile' })).toEqual(percentile);
    const fine = clusterBootstrap(clusters, weightedMean(values), { seed: 2 });
    expect(clusterBootstrap(clusters, weightedMean(values), { seed: 2, method: 'bca-or-percentile' })).toEqual(fine);
    expect(fine.method).toBe('bca');
  });

  test('one cluster gives no bounds; no units and unknown methods are refused', () => {
    expect(clusterBootstrap([1, 1, 1], weightedMean([1, 2, 3]), { seed: 1 })).toMatchObject({
      estimate: 2,
      lower: -Infinity,
      degenerate: expect.stringContaining('only 1 clusters'),
    });
    expect(() => clusterBootstrap([], () => 0, { seed: 1 })).toThrow('no units');
    expect(() => clusterBootstrap([1, 2], () => 0, { seed: 1, method: 'studentized' as never })).toThrow(
      'method is "studentized"; it is "percentile", "bca"',
    );
  });

  test('scale: an interval of values around 1e200 or 1e-200 is that of the plain ones, scaled', () => {
    const plain = clusterBootstrap(clusters, weightedMean(values), { seed: 6 });
    for (const scale of [2 ** 664, 2 ** -664]) {
      const scaled = clusterBootstrap(clusters, weightedMean(values.map((value) => value * scale)), { seed: 6 });
      expect(scaled.lower).toBe(plain.lower * scale);
      expect(scaled.upper).toBe(plain.upper * scale);
      expect(scaled.standardError).toBe(plain.standardError * scale);
    }
    expect(plain.standardError).toBeGreaterThan(standardDeviation(values) / values.length);
  });
});
