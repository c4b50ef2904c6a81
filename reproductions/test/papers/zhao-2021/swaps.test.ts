import { identity, orderOf, swaps } from '@interlayer/layer-permute';
import { describe, expect, it } from 'vitest';
import { stat } from '../../../src/claim';
import type { Statistic } from '../../../src/claim/statistic';
import type { Ordered } from '../../../src/papers/zhao-2021/materials/orders';
import type { TokenScores } from '../../../src/papers/zhao-2021/materials/token-scores';
import {
  belowUnigram,
  byDistance,
  byStaying,
  distantSwap,
  drops,
  equalAccuracy,
  meansAt,
  overAll,
  ownAccuracy,
} from '../../../src/papers/zhao-2021/swaps';

const LAYERS = 3;
const orders = [identity(LAYERS), ...swaps(LAYERS).map(({ order }) => order)];

/** Accuracy a and loss l of two rows of text. */
const scores = (a: [number, number], l: [number, number]): TokenScores => ({
  accuracy: Float64Array.from(a),
  loss: Float64Array.from(l),
});

/** Two seeds; the orders are the own one, then swaps of layers 1 and 2, 2 and 3, 1 and 3. */
const ordered: Ordered = {
  orders,
  names: ['base', 'seed-2'],
  models: [
    [scores([50, 40], [3, 4]), scores([40, 30], [4, 5]), scores([44, 40], [3, 5]), scores([10, 20], [6, 7])],
    [scores([60, 30], [2, 5]), scores([20, 10], [5, 6]), scores([60, 20], [3, 5]), scores([30, 40], [6, 6])],
  ],
  unigram: Float64Array.from([6, 7]),
  layers: LAYERS,
  units: stat.independent(2, 'rows'),
  dropped: [],
  deviations: [],
};
const plain = (statistics: ReturnType<typeof ownAccuracy>) => statistics.map(stat.plainly);

describe('statistics of orders', () => {
  it('swaps are in the order in which the tables below count them', () => {
    expect(swaps(LAYERS).map(({ i, j }) => [i, j])).toEqual([
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
  });

  it('are means over rows and over the orders asked for', () => {
    expect(plain(ownAccuracy(ordered))).toEqual([45, 45]);
    // (40 + 30) / 2 and (44 + 40) / 2 for the first model
    expect(byDistance(ordered, 'accuracy').map(plain)).toEqual([
      [(35 + 42) / 2, (15 + 40) / 2],
      [15, 35],
    ]);
    expect(plain(meansAt(ordered, 'all', [0, 1, 2, 3], 'accuracy'))).toEqual([
      (45 + 35 + 15 + 42) / 4,
      (45 + 15 + 35 + 40) / 4,
    ]);
    expect(plain(belowUnigram(ordered))).toEqual([6.5 - 3.5, 6.5 - 3.5]);
  });

  it('are over all orders in which so many layers stay', () => {
    // Swaps of three layers leave one in place, and turning them round leaves none.
    const all = {
      ...ordered,
      orders: [...orders, orderOf([1, 2, 0], LAYERS)],
      models: ordered.models.map((scored) => [...scored, scores([0, 0], [8, 10])]),
    };
    expect(byStaying(all, 'loss').map(plain)).toEqual([
      [(4.5 + 4 + 6.5) / 3, (5.5 + 4 + 6) / 3],
      [9, 9],
    ]);
  });

  it('weigh the rows that a resample draws', () => {
    const [, [first]] = byDistance(ordered, 'accuracy') as [never, [Statistic]];
    expect(first.of(Float64Array.of(3, 1))).toBe((3 * 10 + 20) / 4);
  });

  it('count what each swap costs', () => {
    const all = drops(ordered, swaps(LAYERS));
    expect(all.map(plain)).toEqual([
      [10, 3, 30],
      [30, 5, 10],
    ]);
    expect(plain(overAll(ordered, (values) => Math.max(...values), all))).toEqual([30, 30]);
  });
});

describe('controls of orders', () => {
  const check = (control: typeof distantSwap, change: Partial<Ordered> = {}) =>
    control.check([{ ...ordered, ...change }], [], undefined as never);

  it('the swap of the ends has to cost 10 points in every seed of the full model', async () => {
    expect(await check(distantSwap)).toEqual({ passed: true, detail: '30.0, 10.0 points lost' });
    const [base] = ordered.models;
    const milder = [base!, base!.map((each, i) => (i === 3 ? scores([60, 30], [2, 5]) : each))];
    expect(await check(distantSwap, { models: milder })).toMatchObject({ passed: false });
    expect(await check(distantSwap, { models: milder, names: ['base', 'no-ffn'] })).toMatchObject({ passed: true });
  });

  it('compared models are at most 5 points apart', async () => {
    expect(await check(equalAccuracy)).toEqual({ passed: true, detail: '0.0 points apart' });
    const apart = [ordered.models[0]!, [scores([60, 41], [2, 5])]];
    expect(await check(equalAccuracy, { models: apart })).toEqual({ passed: false, detail: '5.5 points apart' });
  });
});
