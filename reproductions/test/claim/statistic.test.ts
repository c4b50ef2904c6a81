import { weightedMean } from '@interlayer/stats';
import { seededRandom } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  among,
  averageOf,
  byLayer,
  excess,
  excessOver,
  fixed,
  independent,
  list,
  meanAmong,
  more,
  percentOf,
  plainly,
  quartilesOf,
  range,
  rangeOf,
  ratiosOfMeans,
  statistic,
  steps,
  total,
  wilsonShare,
} from '../../src/claim/statistic';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** What whole weights mean: each unit as often as it weighs. */
const written = <T>(values: readonly T[], weights: ArrayLike<number>): T[] =>
  values.flatMap((value, i) => Array<T>(weights[i]!).fill(value));

const weighted = fc
  .array(fc.record({ value: fc.integer({ min: -9, max: 9 }), weight: fc.nat(3) }), { minLength: 1, maxLength: 12 })
  .filter((units) => units.some(({ weight }) => weight > 0))
  .map((units) => ({
    values: units.map(({ value }) => value),
    weights: Float64Array.from(units, ({ weight }) => weight),
  }));
const runs = { seed: 1, numRuns: 200 };

describe('statistics of weighted units are those of the units written out as often as they weigh', () => {
  it('a share', () => {
    fc.assert(
      fc.property(weighted, ({ values, weights }) => {
        const truths = values.map((value) => value % 2 === 0);
        const expected = (100 * written(truths, weights).filter(Boolean).length) / written(truths, weights).length;
        expect(percentOf(truths)(weights)).toBeCloseTo(expected, 10);
      }),
      runs,
    );
  });

  it('a mean of entries, of which a unit has none, one or several', () => {
    const random = seededRandom(2);
    fc.assert(
      fc.property(weighted, ({ values, weights }) => {
        const units = Array.from({ length: 10 }, () => Math.floor(random() * values.length));
        const entries = units.map((unit) => values[unit]! + random());
        const expected = mean(units.flatMap((unit, i) => Array<number>(weights[unit]!).fill(entries[i]!)));
        const actual = meanAmong(units, entries)(weights);
        if (units.every((unit) => weights[unit] === 0)) expect(actual).toBeNaN();
        else expect(actual).toBeCloseTo(expected, 10);
      }),
      runs,
    );
    expect(meanAmong([], [])(Float64Array.of(1))).toBeNaN();
  });

  it('one of some units alone', () => {
    fc.assert(
      fc.property(weighted, ({ values, weights }) => {
        const places = values.flatMap((value, i) => (value > 0 ? [i] : []));
        const positive = written(values, weights).filter((value) => value > 0);
        const actual = among(places, weightedMean(places.map((i) => values[i]!)))(weights);
        if (positive.length === 0) expect(actual).toBeNaN();
        else expect(actual).toBeCloseTo(mean(positive), 10);
      }),
      runs,
    );
  });

  it('an average of statistics', () => {
    fc.assert(
      fc.property(weighted, ({ values, weights }) => {
        const squares = values.map((value) => value ** 2);
        const of = averageOf([weightedMean(values), weightedMean(squares)]);
        const expected = (mean(written(values, weights)) + mean(written(squares, weights))) / 2;
        expect(of(weights)).toBeCloseTo(expected, 9);
      }),
      runs,
    );
  });

  it('ratios of the means of two samples, layer by layer, over the units of both', () => {
    const above = [Float64Array.of(1, 2, 6), [5, 5]];
    const below = [
      [2, 4],
      [1, 0, 5],
    ];
    const ratios = ratiosOfMeans(above, below, 'bootstrap over keys');
    expect(ratios.map(plainly)).toEqual([1, 2.5]);
    expect(ratios.map(({ label, units }) => [label, units.method, units.clusters.length])).toEqual([
      ['layer 1', 'bootstrap over keys', 5],
      ['layer 2', 'bootstrap over keys', 5],
    ]);
    expect(ratios[0]!.of(Float64Array.of(0, 1, 2, 3, 1))).toBeCloseTo(mean([2, 6, 6]) / mean([2, 2, 2, 4]), 12);
  });
});

describe('statistics of layers', () => {
  const units = independent(3, 'counted');
  const layers = byLayer(
    units,
    [
      [1, 2, 3],
      [4, 4, 4],
      [9, 6, 6],
    ].map(weightedMean),
  );
  const weights = Float64Array.of(2, 1, 0);

  it('are numbered from the layer that is named, and keep their units', () => {
    expect(layers.map(({ label }) => label)).toEqual(['layer 1', 'layer 2', 'layer 3']);
    expect(byLayer(units, [() => 1], 2)[0]!.label).toBe('layer 2');
    expect(layers.every((layer) => layer.units === units)).toBe(true);
    expect(Array.from(units.clusters)).toEqual([0, 1, 2]);
  });

  it('change from each layer to the next, by difference or as asked', () => {
    expect(steps(layers).map(({ label }) => label)).toEqual(['layer 1 to 2', 'layer 2 to 3']);
    expect(steps(layers).map(plainly)).toEqual([2, 3]);
    expect(steps(layers)[0]!.of(weights)).toBeCloseTo(4 - 4 / 3, 12);
    expect(steps(layers, (after, before) => after / before).map(plainly)).toEqual([2, 7 / 4]);
    expect(steps(layers.slice(0, 1))).toEqual([]);
  });

  it('exceed partners of another list, or one the others', () => {
    const others = byLayer(units, [() => 1, () => 2, () => 3]);
    expect(excess(layers, others).map(plainly)).toEqual([1, 2, 4]);
    expect(excess(layers, others, 'gap').map(({ label }) => label)).toEqual(['gap', 'gap', 'gap']);
    const over = excessOver(layers[2]!, layers.slice(0, 2));
    expect(over.map(plainly)).toEqual([5, 3]);
    expect(over.map(({ label }) => label)).toEqual(['layer 1', 'layer 2']);
  });

  it('exceed those of a sample of another size, each with its own weights and clusters', () => {
    const sum = (weights: Float64Array) => weights.reduce((total, weight) => total + weight, 0);
    const more = byLayer({ clusters: [0, 0, 4, 4], method: '' }, [sum, sum]);
    const fewer = byLayer({ clusters: [0, 4], method: '' }, [sum, sum]);
    const [first, second] = excess(more, fewer);
    expect(plainly(first!)).toBe(4 - 2);
    expect(first!.of(Float64Array.of(1, 2, 3, 4, 5, 6))).toBe(10 - 11);
    expect(Array.from(first!.units.clusters)).toEqual([0, 0, 4, 4, 5, 9]);
    expect(second!.units).toBe(first!.units);
    expect(plainly(excessOver(fewer[0]!, more)[0]!)).toBe(2 - 4);
  });

  it('are written as lists and ranges', () => {
    expect(list(layers)).toBe('2, 4, 7');
    expect(rangeOf(layers, 1)).toBe('2.0 to 7.0');
    expect(range([3.26, -1])).toBe('-1 to 3');
    expect(range([40.6, 41.4])).toBe('41');
    expect(range([-0.4, 0.3])).toBe('0');
    expect(range([-0.4, 0.3], 1)).toBe('-0.4 to 0.3');
    expect([-0, -0.04, 0.04, -0.06, -10].map((value) => fixed(value, 1))).toEqual([
      '0.0',
      '0.0',
      '0.0',
      '-0.1',
      '-10.0',
    ]);
    const amount = (value: number) => statistic(units, 'x', () => value);
    expect(list([-0.3, 1.2, -7].map(amount))).toBe('0, 1, -7');
    expect([4, -4, -0.2].map((value) => more(amount(value), 'points'))).toEqual([
      '4 points more',
      '4 points less',
      '0 points more',
    ]);
    expect(total([{ count: 2 }, { count: 5 }])).toBe(7);
    expect(plainly(statistic(units, 'sum of weights', (ones) => ones.reduce((sum, one) => sum + one, 0)))).toBe(3);
  });
});

describe('numbers for figures', () => {
  it('a share of 0 or 100 % has an interval of its own', () => {
    const none = wilsonShare(Array<boolean>(100).fill(false));
    expect(none.value).toBe(0);
    expect(none.interval[0]).toBe(0);
    // 3.8416 / 103.8416
    expect(none.interval[1]).toBeCloseTo(3.6994, 3);
    expect(wilsonShare([])).toEqual({ value: Number.NaN, interval: [Number.NaN, Number.NaN] });
    const half = wilsonShare([true, false, true, false]);
    expect(half.value).toBe(50);
    // 50 ± 1.95996 · √(4 · ¼ + 0.9604) / (4 + 3.8415), in percent
    expect(half.interval[0]).toBeCloseTo(15.0036, 3);
    expect(half.interval[1]).toBeCloseTo(100 - 15.0036, 3);
  });

  it('quartiles', () => {
    expect(quartilesOf([5, 1, 2, 4, 3])).toEqual({ value: 3, quartiles: [2, 4] });
    expect(quartilesOf([1, 2, 3, 4])).toEqual({ value: 2.5, quartiles: [1.5, 3.5] });
  });
});
