import { identity, repeat } from '@interlayer/layer-permute';
import { describe, expect, it } from 'vitest';
import { stat } from '../../../src/claim';
import { repeatedOf, repeatName, repeatTrials } from '../../../src/papers/zhao-2021/materials/kinds';
import type { Repeated } from '../../../src/papers/zhao-2021/materials/repeated';
import type { TokenScores } from '../../../src/papers/zhao-2021/materials/token-scores';
import { beyondGuess, repeatFigure, rightAfter } from '../../../src/papers/zhao-2021/repeats';

const scores = (first: number, second: number): TokenScores => ({
  accuracy: Float64Array.of(first, second),
  loss: Float64Array.of(1, 1),
});

describe('the layers that are repeated', () => {
  it('are the first, a middle and the last, or all where there is time', () => {
    expect(repeatedOf(6)).toEqual([0, 2, 5]);
    expect(repeatedOf(12)).toEqual([0, 5, 11]);
    expect(repeatedOf(6, true)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('run in every slot', () => {
    expect(repeatTrials(6).map(({ name, order }) => [name, [...order!]])).toEqual([
      ['layer 1 in all places', [0, 0, 0, 0, 0, 0]],
      ['layer 3 in all places', [2, 2, 2, 2, 2, 2]],
      ['layer 6 in all places', [5, 5, 5, 5, 5, 5]],
    ]);
  });
});

describe('one layer in all places', () => {
  const units = stat.independent(2, 'rows');
  const layers = 2;
  const outcome = { before: scores(0, 0), after: scores(20, 40) };
  const repeated = {
    layers,
    units,
    names: ['base', 'seed-2'],
    mostFrequent: Float64Array.of(10, 20),
    trials: [{ name: repeatName(1) }],
    models: [{ [repeatName(1)]: outcome }, { [repeatName(1)]: outcome }],
    direct: {
      units,
      layers,
      names: ['base', 'seed-2'],
      orders: [identity(2), repeat(2, 0, 2), repeat(2, 1, 2)],
      models: [
        [scores(90, 90), scores(10, 14), scores(20, 30)],
        [scores(80, 80), scores(6, 6), scores(16, 20)],
      ],
    },
  } as unknown as Repeated;

  it('is scored right after without the own order, and beside the most frequent token', () => {
    expect(rightAfter(repeated).map((models) => models.map(stat.plainly))).toEqual([
      [12, 6],
      [25, 18],
    ]);
    expect(beyondGuess(repeated).map(stat.plainly)).toEqual([12 - 15, 6 - 15, 25 - 15, 18 - 15]);
    expect(beyondGuess(repeated)[1]!.label).toBe('seed-2, layer 1 in all places');
  });

  it('is drawn with gaps where it was not trained', () => {
    const estimate = (statistics: readonly ReturnType<typeof rightAfter>[0][0][]) =>
      statistics.map((each) => ({
        label: each.label,
        estimate: stat.plainly(each),
        interval: [0, 1],
        monteCarloError: 0,
      }));
    const figure = repeatFigure(repeated, { ours: 'ours' } as never, estimate as never);
    const values = (figure as Extract<typeof figure, { kind: 'depth' }>).series.map(({ points }) =>
      points.map(({ value }) => value),
    );
    expect(values).toEqual([
      [12, 25],
      [null, 30],
    ]);
  });
});
