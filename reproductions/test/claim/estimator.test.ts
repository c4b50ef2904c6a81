import { weightedMean } from '@interlayer/stats';
import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { Estimator, familyLevel, intervalsOver } from '../../src/claim/estimator';
import { independent, plainly, statistic, type Weighted } from '../../src/claim/statistic';

const random = seededRandom(3);
const mean = (values: number[]) => ({ label: 'mean', of: weightedMean(values) });
/** Few resamples where the test is not about the noise of drawing them. */
const options = { level: 0.95, seed: 5, resamples: 2000 };

describe('intervalsOver', () => {
  it('gives the same for the same seed, and the estimate of the data as they are', () => {
    const values = Array.from({ length: 120 }, () => random());
    const clusters = values.map((_, i) => i % 10);
    const run = (seed: number) => intervalsOver(clusters, [mean(values)], { level: 0.95, seed });
    expect(run(5)).toEqual(run(5));
    expect(run(6)).not.toEqual(run(5));
    const { label, estimate, interval, monteCarloError } = run(5)[0]!;
    expect(label).toBe('mean');
    expect(estimate).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 120, 12);
    expect(interval[0]).toBeLessThan(estimate!);
    expect(interval[1]).toBeGreaterThan(estimate!);
    expect(monteCarloError).toBeGreaterThan(0);
    expect(monteCarloError).toBeLessThan((interval[1]! - interval[0]!) / 10);
  });

  it('does not depend on the order of the units but for resampling noise', () => {
    const values = Array.from({ length: 150 }, () => random());
    const order = values.map((_, i) => (i * 7) % 150);
    const of = (units: number[]) =>
      intervalsOver(
        units.map((i) => i % 10),
        [mean(units.map((i) => values[i]!))],
        options,
      )[0]!;
    const [straight, mixed] = [of([...values.keys()]), of(order)];
    expect(straight.estimate).toBeCloseTo(mixed.estimate!, 12);
    expect(Math.abs(straight.interval[0]! - mixed.interval[0]!)).toBeLessThan(8 * straight.monteCarloError);
  });

  it('is wider where clusters differ', () => {
    const clusters = Array.from({ length: 300 }, (_, i) => i % 15);
    const noise = clusters.map(() => random());
    const width = (values: number[]) => {
      const [low, high] = intervalsOver(clusters, [mean(values)], options)[0]!.interval;
      return high! - low!;
    };
    expect(width(noise.map((value, i) => value + clusters[i]! / 5))).toBeGreaterThan(3 * width(noise));
  });

  it('has finite ends for as many layers as the deepest models have, all read together', () => {
    const values = Array.from({ length: 60 }, () => random());
    const clusters = values.map((_, i) => i % 12);
    const width = (level: number) => {
      const [low, high] = intervalsOver(clusters, [mean(values)], { level, seed: 1 })[0]!.interval;
      return high! - low!;
    };
    const widths = [1, 11, 47, 95].map((count) => width(familyLevel(count)));
    expect(widths.every(Number.isFinite)).toBe(true);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });

  it('has no finite ends where nothing varies', () => {
    const { interval, monteCarloError } = intervalsOver([0, 0, 1, 1], [{ label: '', of: () => 4 }], options)[0]!;
    expect(interval).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(monteCarloError).toBe(0);
  });

  it('has no finite ends where there is nothing to resample', () => {
    expect(intervalsOver([], [mean([])], options)).toEqual([
      { label: 'mean', estimate: Number.NaN, interval: [-Infinity, Infinity], monteCarloError: 0 },
    ]);
  });

  it('takes plain percentiles where there are too few clusters for the correction', () => {
    // one address alone has hits: left out, nothing varies any more
    const clusters = [0, 0, 0, 1, 1, 1, 2, 2, 2];
    const values = [9, 8, 7, 0, 0, 0, 0, 0, 0];
    const [skewed, even] = intervalsOver(clusters, [mean(values), mean(clusters)], options);
    for (const { interval } of [skewed!, even!]) expect(interval.every(Number.isFinite)).toBe(true);
    expect(skewed!.interval[0]).toBeGreaterThanOrEqual(0);
    expect(skewed!.interval[1]).toBeLessThanOrEqual(9);
  });
});

describe('an estimator', () => {
  const units = independent(40, 'bootstrap over units');
  const values = Array.from({ length: 40 }, () => random());
  /** A statistic that counts how often it is computed. */
  const counted = (of: Weighted) => {
    const counter = { calls: 0 };
    const counting = statistic(units, 'mean', (weights) => {
      counter.calls++;
      return of(weights);
    });
    return { counter, statistic: counting };
  };

  it('resamples once, however often the same statistic is asked for, and once more for another level', () => {
    const { counter, statistic: once } = counted(weightedMean(values));
    const estimator = new Estimator(1);
    const [first] = estimator.estimate([once]);
    const { calls } = counter;
    expect(estimator.estimate([once, once])).toEqual([first, first]);
    expect(counter.calls).toBe(calls);
    const [wider] = estimator.estimateAll([{ statistic: once, level: 0.99 }]);
    expect(counter.calls).toBeGreaterThan(calls);
    expect(wider!.interval[0]).toBeLessThan(first!.interval[0]!);
    expect(wider!.interval[1]).toBeGreaterThan(first!.interval[1]!);
  });

  it('resamples once for several levels that are asked for together, and once for several statistics made of one', () => {
    const alone = counted(weightedMean(values));
    const [narrow] = new Estimator(1).estimate([alone.statistic], 0.95);
    const { counter, statistic: shared } = counted(weightedMean(values));
    const doubled = statistic(units, 'doubled', (weights) => 2 * shared.of(weights));
    const found = new Estimator(1).estimateAll([
      { statistic: shared, level: 0.95 },
      { statistic: shared, level: 0.99 },
      { statistic: doubled, level: 0.95 },
    ]);
    expect(counter.calls).toBe(alone.counter.calls);
    expect(found[0]).toEqual(narrow);
    expect(found[1]).toEqual(new Estimator(1).estimate([alone.statistic], 0.99)[0]);
    expect(found[2]!.interval).toEqual(narrow!.interval.map((end) => 2 * end!));
  });

  it('gives a statistic the interval that it would get alone, whatever is asked with it', () => {
    const [a, b] = [weightedMean(values), weightedMean(values.map((value) => value ** 2))];
    const make = () => [statistic(units, 'a', a), statistic(units, 'b', b)] as const;
    const together = new Estimator(7).estimate(make());
    const alone = new Estimator(7);
    expect(make().flatMap((each) => alone.estimate([each]))).toEqual(together);
    expect(new Estimator(8).estimate(make())).not.toEqual(together);
  });

  it('keeps the order of what was asked, across units and levels', () => {
    const others = independent(9, 'bootstrap over others');
    const small = statistic(others, 'small', weightedMean([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const large = statistic(units, 'large', weightedMean(values));
    const found = new Estimator(1).estimateAll([
      { statistic: large, level: 0.9 },
      { statistic: small, level: 0.95 },
      { statistic: large, level: 0.95 },
    ]);
    expect(found.map(({ label }) => label)).toEqual(['large', 'small', 'large']);
    expect(found.map(({ estimate }) => estimate)).toEqual([plainly(large), 5, plainly(large)]);
    expect(found[0]!.interval[0]).toBeGreaterThan(found[2]!.interval[0]!);
  });
});

it('intervals that are read together share five percent of error', () => {
  expect([1, 2, 10].map(familyLevel)).toEqual([0.95, 0.975, 0.995]);
});
