import { describe, expect, it } from 'vitest';
import * as draw from '../../src/claim/draw';
import { figureSchema } from '../../src/claim/schema';
import { wilsonShare } from '../../src/claim/statistic';

const names = { ours: 'small, 3 layers', untrained: 'small, untrained' };

describe('a line', () => {
  it('draws layer ℓ of L at depth ℓ / L', () => {
    expect(draw.line('x', 'ours', [5, { value: null, interval: [null, 2] }], 1)).toEqual({
      name: 'x',
      role: 'ours',
      variant: 1,
      points: [
        { depth: 0.5, layer: 1, value: 5 },
        { depth: 1, layer: 2, value: null, interval: [null, 2] },
      ],
    });
    expect(draw.line('x', 'ours', [1])).not.toHaveProperty('variant');
  });

  it('has whiskers from estimates, and boxes from quartiles', () => {
    const estimates = [{ label: 'layer 1', estimate: 4, interval: [3, 6] as [number, number], monteCarloError: 0 }];
    expect(draw.whiskers(estimates)).toEqual([{ value: 4, interval: [3, 6] }]);
    // the point is the estimate that the interval belongs to, whatever other median came with the quartiles
    const boxes = [{ value: 3.5, quartiles: [1, 9] as [number, number] }];
    expect(draw.boxes(boxes, estimates)).toEqual([{ value: 4, quartiles: [1, 9], interval: [3, 6] }]);
    expect(draw.boxesOf({ q1: [1], median: [2], q3: [4] }, (value) => 10 * value)).toEqual([
      { value: 20, quartiles: [10, 40] },
    ]);
  });

  it('of a share that never varies has Wilson’s interval', () => {
    const infinite = {
      estimate: 100,
      interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number],
    };
    const truths = [Array<boolean>(20).fill(true), Array<boolean>(20).fill(false)];
    const finite = { estimate: 0, interval: [-1, 1] as [number, number] };
    const found = draw.shares(
      [infinite, finite].map((each) => ({ label: '', monteCarloError: 0, ...each })),
      truths,
    );
    expect(found).toEqual([wilsonShare(truths[0]!), { value: 0, interval: [-1, 1] }]);
  });
});

it('every figure fits the schema of results', () => {
  const depth = draw.against(
    names,
    'Hits',
    '%',
    { legend: 'paper', range: [0, 100], note: 'a note' },
    {
      paper: [1, 2],
      ours: [{ value: 1, interval: [0, 2] }],
      untrained: [{ value: 3, quartiles: [1, 4] }],
    },
  );
  expect(depth.series.map(({ name, role }) => [name, role])).toEqual([
    ['paper', 'paper'],
    ['small, 3 layers', 'ours'],
    ['small, untrained', 'untrained'],
  ]);
  expect(depth).not.toHaveProperty('legend');
  const stacked = draw.stacked('Cases', '%', ['a', 'b'], { axis: 'bins', range: 'own' }, [
    draw.panel('x', 'ours', [[40, 60]], ['low']),
    draw.panel('y', 'shuffled', [[1, 99]]),
  ]);
  expect(stacked.panels[1]).not.toHaveProperty('labels');
  for (const figure of [depth, stacked]) expect(figureSchema.parse(figure)).toEqual(figure);
});

it('a table has a column for each layer between those that are named', () => {
  expect(draw.layerTable('Shares', ['model'], 2, [['x', 1, 2, 'y']], ['with a hit'])).toEqual({
    title: 'Shares',
    columns: ['model', 'layer 1', 'layer 2', 'with a hit'],
    rows: [['x', 1, 2, 'y']],
  });
});
