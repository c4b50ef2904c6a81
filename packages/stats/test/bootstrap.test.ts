import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import {
  type BootstrapInterval,
  bootstrapInterval,
  hierarchicalBootstrap,
  mean,
  median,
  normalCdf,
  normalQuantile,
  pairedBootstrap,
  quantile,
  spearman,
  standardDeviation,
} from '../src/index';
import { normalValues, plainMean } from './support';

const skewed = Float64Array.from({ length: 40 }, (_, i) => -Math.log((i + 0.5) / 40));

/** Means of resamples, by other code and another stream of random numbers. */
function resampledMeans(sample: Float64Array, count: number): Float64Array {
  const random = seededRandom(99);
  return Float64Array.from({ length: count }, () => {
    let total = 0;
    for (let i = 0; i < sample.length; i++) total += sample[Math.floor(random() * sample.length)];
    return total / sample.length;
  });
}

function expectNear(interval: BootstrapInterval, lower: number, upper: number) {
  // Five standard errors of the two ends; the reference has fifty times the resamples.
  expect(Math.abs(interval.lower - lower)).toBeLessThan(5 * interval.monteCarloError.lower);
  expect(Math.abs(interval.upper - upper)).toBeLessThan(5 * interval.monteCarloError.upper);
}

describe('bootstrapInterval', () => {
  const means = resampledMeans(skewed, 200_000);

  test('percentiles are those of a much longer bootstrap', () => {
    const interval = bootstrapInterval(skewed, mean, { seed: 1, method: 'percentile' });
    expect(interval).toMatchObject({
      estimate: mean(skewed),
      level: 0.95,
      method: 'percentile',
      n: 40,
      seed: 1,
      resamples: 4000,
      undefinedResamples: 0,
    });
    expect(interval.degenerate).toBeUndefined();
    expectNear(interval, quantile(means, 0.025), quantile(means, 0.975));
    // The bootstrap's standard error of a mean has a closed form: the plug-in deviation over √n.
    const exact = (standardDeviation(skewed) * Math.sqrt(39 / 40)) / Math.sqrt(40);
    expect(Math.abs(interval.standardError / exact - 1)).toBeLessThan(0.05);
  });

  test('BCa follows Efron’s formula, with the closed form of a mean’s acceleration', () => {
    const centre = mean(skewed);
    const cubes = skewed.reduce((total, x) => total + (x - centre) ** 3, 0);
    const squares = skewed.reduce((total, x) => total + (x - centre) ** 2, 0);
    const a = cubes / (6 * squares ** 1.5);
    const z0 = normalQuantile(means.filter((x) => x < centre).length / means.length);
    const [lower, upper] = [0.025, 0.975].map((p) => {
      const z = z0 + normalQuantile(p);
      return quantile(means, normalCdf(z0 + z / (1 - a * z)));
    });
    const interval = bootstrapInterval(skewed, mean, { seed: 2 });
    expectNear(interval, lower, upper);
    // The correction moves both ends towards the long tail.
    expect(lower).toBeGreaterThan(quantile(means, 0.025) + 0.01);
    expect(upper).toBeGreaterThan(quantile(means, 0.975) + 0.01);
  });

  test.each(['percentile', 'bca'] as const)(
    '%s: the Monte-Carlo error is how far the ends scatter over seeds',
    (method) => {
      const intervals = Array.from({ length: 400 }, (_, seed) =>
        bootstrapInterval(skewed, plainMean, { seed, method, resamples: 2000 }),
      );
      for (const end of ['lower', 'upper'] as const) {
        const scatter = standardDeviation(intervals.map((interval) => interval[end]));
        const reported = mean(intervals.map((interval) => interval.monteCarloError[end]));
        expect(Math.abs(reported / scatter - 1), end).toBeLessThan(0.15);
      }
    },
  );

  test('the same seed gives the same interval, another seed another, neighbours too', () => {
    const at = (seed: number) => bootstrapInterval(skewed, mean, { seed });
    expect(at(7)).toEqual(at(7));
    expect(new Set([6, 7, 8, -1, 2 ** 32 - 2].map((seed) => at(seed).lower)).size).toBe(5);
  });

  test('shift and scale of the data move the interval along', () => {
    const plain = bootstrapInterval(skewed, mean, { seed: 3 });
    const moved = bootstrapInterval(
      skewed.map((x) => 4 * x - 100),
      mean,
      { seed: 3 },
    );
    expect(moved.lower).toBeCloseTo(4 * plain.lower - 100, 9);
    expect(moved.upper).toBeCloseTo(4 * plain.upper - 100, 9);
    expect(moved.monteCarloError.upper).toBeCloseTo(4 * plain.monteCarloError.upper, 9);
  });

  test('the very statistic that is reported is resampled, and what it does to its array harms nothing', () => {
    const cruel = (sample: Float64Array) => {
      const result = sample.sort()[sample.length >> 1];
      sample.fill(Number.NaN);
      return result;
    };
    const before = skewed.slice();
    expect(bootstrapInterval(skewed, cruel, { seed: 4 })).toEqual(
      bootstrapInterval(skewed, (sample) => sample.slice().sort()[sample.length >> 1], { seed: 4 }),
    );
    expect(skewed).toEqual(before);
  });

  test('items of any kind: a ratio of sums over records', () => {
    const records = Array.from({ length: 30 }, (_, i) => ({ hits: i % 4, tries: 4 + (i % 3) }));
    const ratio = (sample: typeof records) =>
      sample.reduce((sum, r) => sum + r.hits, 0) / sample.reduce((sum, r) => sum + r.tries, 0);
    const interval = bootstrapInterval(records, ratio, { seed: 5 });
    expect(interval.estimate).toBe(ratio(records));
    expect(interval.lower).toBeLessThan(interval.estimate);
    expect(interval.upper).toBeGreaterThan(interval.estimate);
  });

  test('more items than are left out one by one: the grouped acceleration agrees', () => {
    const sample = Float64Array.from({ length: 2500 }, (_, i) => (-Math.log((i + 0.5) / 2500)) ** 2);
    const centre = mean(sample);
    const cubes = sample.reduce((total, x) => total + (x - centre) ** 3, 0);
    const squares = sample.reduce((total, x) => total + (x - centre) ** 2, 0);
    const a = cubes / (6 * squares ** 1.5);
    const resampled = resampledMeans(sample, 20_000);
    const z0 = normalQuantile(resampled.filter((x) => x < centre).length / resampled.length);
    const z = z0 + normalQuantile(0.975);
    const interval = bootstrapInterval(sample, plainMean, { seed: 6 });
    expect(Math.abs(interval.upper - quantile(resampled, normalCdf(z0 + z / (1 - a * z))))).toBeLessThan(
      6 * interval.monteCarloError.upper,
    );
  });

  test('what bounds nothing is flagged and unbounded, never ± 0', () => {
    const unbounded = { lower: -Infinity, upper: Infinity };
    const flag = (words: string) => ({ ...unbounded, degenerate: expect.stringContaining(words) });
    expect(bootstrapInterval([3], mean, { seed: 1 })).toMatchObject({ estimate: 3, ...flag('only 1 items') });
    expect(bootstrapInterval([3, 3, 3], mean, { seed: 1 })).toMatchObject({ estimate: 3, ...flag('no variation') });
    expect(bootstrapInterval([1, 2, 3], () => Number.NaN, { seed: 1 })).toMatchObject(flag('whole sample is NaN'));
    const fragile = pairedBootstrap([0, 0, 0, 1], [1, 2, 3, 4], spearman, { seed: 1 });
    expect(fragile).toMatchObject(flag('undefined on'));
    expect(fragile.undefinedResamples).toBeGreaterThan(1000);
    expect(bootstrapInterval(skewed, (x) => Math.max(...x), { seed: 1 })).toMatchObject(unbounded);
    expect(hierarchicalBootstrap([[1, 2, 3]], (g) => mean(g[0]), { seed: 1 })).toMatchObject(flag('only 1 groups'));
  });

  test('equal values show no variation, also where their mean is rounded', () => {
    const flag = { lower: -Infinity, degenerate: expect.stringContaining('no variation') };
    expect(bootstrapInterval(new Float64Array(30).fill(0.1), mean, { seed: 1 })).toMatchObject(flag);
    expect(bootstrapInterval(new Float64Array(30).fill(0.1), plainMean, { seed: 1 })).toMatchObject(flag);
  });

  test('a scale of 1e200 or 1e-200 moves the interval along', () => {
    const plain = bootstrapInterval(skewed, mean, { seed: 3 });
    for (const scale of [2 ** 664, 2 ** -664]) {
      const scaled = bootstrapInterval(
        skewed.map((x) => x * scale),
        mean,
        { seed: 3 },
      );
      expect([scaled.lower, scaled.upper]).toEqual([plain.lower * scale, plain.upper * scale]);
    }
  });

  test('options out of range are refused', () => {
    expect(() => bootstrapInterval([], mean, { seed: 1 })).toThrow('no items');
    expect(() => bootstrapInterval([1, Number.NaN], mean, { seed: 1 })).toThrow('NaN at index 1');
    expect(() => bootstrapInterval(skewed, mean, { seed: 1, resamples: 100 })).toThrow(
      '100 resamples; an interval of level 0.95 needs an integer of at least 2000',
    );
    expect(() => bootstrapInterval(skewed, mean, { seed: 1, level: 0.9999 })).toThrow('at least 200000');
    expect(() => bootstrapInterval(skewed, mean, { seed: 0.5 })).toThrow('seed is 0.5');
    expect(() => bootstrapInterval(skewed, mean, { seed: 1, level: 1 })).toThrow('level is 1');
  });
});

describe('pairedBootstrap', () => {
  const draw = normalValues(8);
  const a = draw(50);
  const b = a.map((x) => x + 0.1).map((x, i) => x + 0.05 * Math.sin(i));

  test('equals the plain bootstrap of the differences for a difference of means', () => {
    const paired = pairedBootstrap(a, b, (x, y) => mean(y) - mean(x), { seed: 1 });
    const single = bootstrapInterval(
      a.map((x, i) => b[i] - x),
      mean,
      { seed: 1 },
    );
    expect(paired.lower).toBeCloseTo(single.lower, 12);
    expect(paired.upper).toBeCloseTo(single.upper, 12);
  });

  test('sees a difference that two separate intervals miss', () => {
    const paired = pairedBootstrap(a, b, (x, y) => mean(y) - mean(x), { seed: 2 });
    expect(paired.lower).toBeGreaterThan(0);
    expect(bootstrapInterval(a, mean, { seed: 2 }).upper).toBeGreaterThan(
      bootstrapInterval(b, mean, { seed: 2 }).lower,
    );
  });

  test('refuses lists that do not pair', () => {
    expect(() => pairedBootstrap(a, b.subarray(1), () => 0, { seed: 1 })).toThrow('50 and 49 values');
    expect(() => pairedBootstrap([], [], () => 0, { seed: 1 })).toThrow('no pairs');
  });
});

describe('hierarchicalBootstrap', () => {
  test('with one item a group equals the plain bootstrap in law', () => {
    const interval = hierarchicalBootstrap(
      Array.from(skewed, (x) => [x]),
      (groups) => mean(groups.map((g) => g[0])),
      { seed: 1 },
    );
    const plain = bootstrapInterval(skewed, mean, { seed: 2 });
    expectNear(interval, plain.lower, plain.upper);
    expect(interval.n).toBe(40);
  });

  test('its variance of a mean of group means has the two-level closed form; groups keep their sizes', () => {
    const draw = normalValues(9);
    const groups = Array.from({ length: 12 }, (_, g) => draw(2 + (g % 5)).map((x) => x + g));
    const lengths = new Set<number>();
    const interval = hierarchicalBootstrap(
      groups,
      (sample) => {
        for (const group of sample) lengths.add(group.length);
        return mean(sample.map(mean));
      },
      { seed: 2, resamples: 20_000, method: 'percentile' },
    );
    const plugIn = (x: ArrayLike<number>) => mean(Array.from(x, (v) => (v - mean(x)) ** 2));
    // Between: the plug-in variance of group means. Within: the mean over groups of plug-in variance over size.
    const exact = (plugIn(groups.map(mean)) + mean(groups.map((g) => plugIn(g) / g.length))) / groups.length;
    expect(Math.abs(interval.standardError / Math.sqrt(exact) - 1)).toBeLessThan(0.03);
    expect([...lengths].sort()).toEqual([2, 3, 4, 5, 6]);
  });

  test('is wider than a bootstrap that ignores the groups', () => {
    const draw = normalValues(10);
    const groups = Array.from({ length: 15 }, () => {
      const [centre] = draw(1);
      return draw(10).map((x) => centre + 0.3 * x);
    });
    const flat = bootstrapInterval(
      groups.flatMap((g) => [...g]),
      mean,
      { seed: 3 },
    );
    const nested = hierarchicalBootstrap(groups, (sample) => mean(sample.map(mean)), { seed: 3 });
    expect(nested.upper - nested.lower).toBeGreaterThan(2 * (flat.upper - flat.lower));
  });

  test('refuses an empty group', () => {
    expect(() => hierarchicalBootstrap([[1], []], () => 0, { seed: 1 })).toThrow('Group 1 has no items');
    expect(() => hierarchicalBootstrap([], () => 0, { seed: 1 })).toThrow('no groups');
    expect(() => hierarchicalBootstrap([[1], [Number.NaN]], () => 0, { seed: 1 })).toThrow('Group 1 has the value NaN');
  });
});

test('the median, whose jackknife is rough, still gets a sensible interval', () => {
  const sample = normalValues(11)(101);
  const { lower, upper } = bootstrapInterval(sample, median, { seed: 1, method: 'percentile' });
  // The exact order-statistic interval of a median: ranks n/2 ± 1.96 √n/2.
  const sorted = sample.slice().sort();
  expect(lower).toBeGreaterThan(sorted[38]);
  expect(lower).toBeLessThan(sorted[44]);
  expect(upper).toBeGreaterThan(sorted[56]);
  expect(upper).toBeLessThan(sorted[62]);
});
