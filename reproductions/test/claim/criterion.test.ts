import { weightedMean, wilson } from '@interlayer/stats';
import { describe, expect, it } from 'vitest';
import {
  above,
  atLeast,
  atMost,
  between,
  type Criteria,
  effect,
  estimateCriteria,
  exactly,
} from '../../src/claim/criterion';
import { Estimator } from '../../src/claim/estimator';
import type { Scale } from '../../src/claim/schema';
import { byLayer, independent } from '../../src/claim/statistic';

const values = Array.from({ length: 30 }, (_, i) => (i * 7) % 11);
const layers = byLayer(independent(30, 'counted'), [weightedMean(values), weightedMean(values.map((v) => v + 1))]);
const points = effect(2, 'points', 'two of eleven');
const estimate = (criteria: Criteria, scale: Scale = 'checkpoint', estimator = new Estimator(1)) =>
  estimateCriteria(criteria, estimator, scale);
const only = (rule: Criteria[string][1], scale?: Scale) => estimate({ x: ['It holds', rule] }, scale)[0]!;

describe('a rule', () => {
  it('becomes a record of what must hold, with effect and reason', () => {
    const common = { name: 'x', statement: 'It holds', sesoi: 2, unit: 'points', why: 'two of eleven', level: 0.95 };
    const one = layers.slice(0, 1);
    expect(only(above(3, one, points))).toMatchObject({ ...common, kind: 'direction', from: 3, side: 'above' });
    expect(only(atLeast(3, one, points))).toMatchObject({ ...common, kind: 'band', low: 3, high: null });
    expect(only(atMost(3, one, points))).toMatchObject({ ...common, kind: 'band', low: null, high: 3 });
    expect(only(between([3, 4], one, points))).toMatchObject({ ...common, kind: 'band', low: 3, high: 4 });
    expect(only(above(3, one, effect(2, 'points')))).not.toHaveProperty('why');
  });

  it('has a part for each statistic, at a level that is corrected for their number', () => {
    const both = only(above(0, layers, points));
    expect(both.level).toBe(0.975);
    expect(both.parts).toEqual(new Estimator(1).estimate(layers, 0.975));
    expect(both.parts.map(({ label }) => label)).toEqual(['layer 1', 'layer 2']);
    const given = only(above(0, layers, points, { level: 0.9 }));
    expect(given.level).toBe(0.9);
    expect(given.parts).toEqual(new Estimator(1).estimate(layers, 0.9));
  });

  it('of counts is exact, to the unit', () => {
    const { parts, ...rest } = only(exactly([{ label: 'cells', count: 5 }], 4));
    expect(rest).toEqual({ name: 'x', statement: 'It holds', kind: 'exact', value: 4, level: 1 });
    expect(parts).toEqual([{ label: 'cells', estimate: 5, interval: [5, 5] }]);
  });

  it('of a share that is counted takes Wilson’s interval, which has a width at 100 % too', () => {
    const truths = Array<boolean>(40).fill(true);
    const { parts } = only(atLeast(95, [{ label: 'keys', truths }], points));
    const { lower, upper } = wilson(40, 40);
    expect(parts).toEqual([{ label: 'keys', estimate: 100, interval: [100 * lower, 100 * upper] }]);
    expect(100 * lower).toBeLessThan(95);
  });

  it('that a small model cannot meet says so at scale mini alone', () => {
    const rule = above(0, layers, points, { notAssertedAtMini: 'too small' });
    expect(only(rule, 'mini')).toMatchObject({ notAsserted: 'too small' });
    expect(only(rule, 'mini').parts).toHaveLength(2);
    for (const scale of ['checkpoint', 'paper'] as const) expect(only(rule, scale)).not.toHaveProperty('notAsserted');
  });

  it('that a measurement cannot decide says so at every scale', () => {
    const rule = above(0, layers, points, { notAsserted: 'too few steps' });
    for (const scale of ['mini', 'checkpoint', 'paper'] as const)
      expect(only(rule, scale)).toMatchObject({ notAsserted: 'too few steps' });
  });
});

it('criteria keep their order, and statistics that they share are resampled together', () => {
  const [first, second] = layers;
  const criteria: Criteria = {
    b: ['b', above(0, [second!], points)],
    a: ['a', above(0, [first!], points)],
    none: ['none', above(0, [], points)],
  };
  const found = estimate(criteria);
  expect(found.map(({ name }) => name)).toEqual(['b', 'a', 'none']);
  // no parts: nothing was asked, which judging calls degenerate
  expect(found[2]!.parts).toEqual([]);
  const [alone] = estimate({ a: ['a', above(0, [first!], points)] });
  expect(found[1]!.parts).toEqual(alone!.parts);
});
