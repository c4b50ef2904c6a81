import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hookable, type Intervention, intervention, runWith } from '../src/index';
import { numbers } from './toy';

const target = hookable(['x', 'y'], (x: tf.Tensor, tap) => tap('y', tap('x', x)));
const rows = [
  [1, 2, 3],
  [-4, 5, 0.5],
];

/** The value after the intervention, which went through JSON. */
const applied = (data: Intervention, values: number[] | number[][] = rows) =>
  tf.tidy(() =>
    numbers(runWith(target, tf.tensor(values), { edits: [intervention(JSON.parse(JSON.stringify(data)))] }).output),
  );

beforeAll(() => useBackend('cpu'));

describe('each kind', () => {
  const each = (f: (x: number, column: number, row: number) => number) =>
    rows.flatMap((row, r) => row.map((x, c) => f(x, c, r)));
  const mean = [-1.5, 3.5, 1.75];
  const direction = [3, 0, 4];
  const cases: [Intervention, number[]][] = [
    [{ point: 'x', kind: 'zero' }, each(() => 0)],
    [{ point: 'x', kind: 'set', params: { value: 7 } }, each(() => 7)],
    [{ point: 'x', kind: 'set', params: { value: [7, 8, 9] } }, each((_, c) => 7 + c)],
    [{ point: 'x', kind: 'add', params: { value: 2 } }, each((x) => x + 2)],
    [{ point: 'x', kind: 'add', params: { value: [1, 2, 3], scale: -2 } }, each((x, c) => x - 2 * (c + 1))],
    [{ point: 'x', kind: 'scale', params: { factor: 0.5 } }, each((x) => x / 2)],
    [{ point: 'x', kind: 'scale', params: { factor: [0, 1, -1] } }, each((x, c) => x * [0, 1, -1][c]!)],
    [{ point: 'x', kind: 'mean' }, each((_, c) => mean[c]!)],
    [
      { point: 'x', kind: 'project', params: { direction } },
      each((x, c, r) => x - (direction[c]! * (3 * rows[r]![0]! + 4 * rows[r]![2]!)) / 25),
    ],
    [{ point: 'x', kind: 'zero', at: { axis: 0, indices: [1] } }, each((x, _, r) => (r === 1 ? 0 : x))],
    [
      { point: 'x', kind: 'set', params: { value: 1 }, at: { axis: -1, indices: [0, 2] } },
      each((x, c) => (c === 1 ? x : 1)),
    ],
    [{ point: 'x', kind: 'zero', at: { axis: -2, indices: [-1] } }, each((x, _, r) => (r === 1 ? 0 : x))],
    [
      {
        point: 'x',
        kind: 'set',
        params: { value: 1 },
        at: [
          { axis: 0, indices: [1] },
          { axis: 1, indices: [0, -1] },
        ],
      },
      each((x, c, r) => (r === 1 && c !== 1 ? 1 : x)),
    ],
    [{ point: ['x', 'y'], kind: 'add', params: { value: 1 } }, each((x) => x + 2)],
    [{ point: '*', kind: 'scale', params: { factor: 2 } }, each((x) => x * 4)],
  ];
  test.each(cases)('%j', (data, expected) => {
    const actual = applied(data);
    for (const [i, x] of expected.entries()) {
      expect(Math.abs(actual[i]! - x)).toBeLessThanOrEqual(tolerance.float32 * Math.max(1, Math.abs(x)));
    }
  });

  test('mean of a vector is the vector', () => {
    expect(applied({ point: 'x', kind: 'mean' }, [1, 2])).toEqual([1, 2]);
  });

  test('project leaves nothing along the direction', () => {
    const left = applied({ point: 'x', kind: 'project', params: { direction } });
    for (const r of [0, 1]) {
      const along = direction.reduce((sum, d, c) => sum + d * left[3 * r + c]!, 0);
      expect(Math.abs(along)).toBeLessThanOrEqual(tolerance.float32 * 25);
    }
  });

  test('an extent lets infinities elsewhere alone', () => {
    const values = [
      [Number.NEGATIVE_INFINITY, 1],
      [Number.NEGATIVE_INFINITY, 2],
    ];
    expect(applied2(values)).toEqual([0, 0, Number.NEGATIVE_INFINITY, 2]);
    function applied2(input: number[][]) {
      return tf.tidy(() =>
        numbers(
          runWith(target, tf.tensor(input), {
            edits: [intervention({ point: 'x', kind: 'zero', at: { axis: 0, indices: [0] } })],
          }).output,
        ),
      );
    }
  });

  test('noise: same for the same seed, of the given deviation, another one at another point', () => {
    const zeros = Array<number>(4000).fill(0);
    const noise = (point: 'x' | 'y', seed: number) =>
      applied({ point, kind: 'noise', params: { standardDeviation: 0.5, seed } }, zeros);
    const first = noise('x', 1);
    expect(noise('x', 1)).toEqual(first);
    expect(noise('x', 2)).not.toEqual(first);
    expect(noise('y', 1)).not.toEqual(first);
    const deviation = Math.sqrt(first.reduce((sum, x) => sum + x * x, 0) / first.length);
    // Five standard errors of a deviation from 4000 samples: 5 · 0.5 / √8000.
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.028);
  });
});

test('bad data is an error at once, a bad fit during the run', async () => {
  const made = (data: unknown) => () => intervention(data as Intervention);
  expect(made({ point: 'x', kind: 'zap' })).toThrow('"zap" is not a kind of intervention; choose one of zero');
  expect(made({ point: 'x', kind: 'add' })).toThrow('params.value = undefined; expected a list of finite numbers');
  expect(made({ point: 'x', kind: 'add', params: { value: 1, scale: 'a' } })).toThrow('params.scale = "a"');
  expect(made({ point: 'x', kind: 'scale', params: { factor: [1, null] } })).toThrow('params.factor = [1,null]');
  expect(made({ point: 'x', kind: 'project', params: { direction: [0, 0] } })).toThrow('not zero');
  expect(made({ point: 'x', kind: 'noise', params: { seed: 1 } })).toThrow('params.standardDeviation');
  const run = (data: Intervention) => expectConservesTensors(() => void applied(data));
  await expect(run({ point: 'x', kind: 'set', params: { value: [1, 2] } })).rejects.toThrow(
    '2 numbers in params.value, but "x" has shape [2, 3]',
  );
  for (const [at, what] of [
    [{ axis: 1, indices: [3] }, 'index 3 of axis 1'],
    [{ axis: 1, indices: [-4] }, 'index -4 of axis 1'],
    [[{ axis: 0, indices: [0] }, { axis: 2, indices: [0] }], 'axis 2'],
  ] as const) // biome-ignore format: a table
    await expect(run({ point: 'x', kind: 'zero', at })).rejects.toThrow(
      `The edit at "x" is limited to ${what}, but the value there has the shape [2, 3].`,
    );
  await expect(run({ point: 'x', kind: 'zero', at: [] })).rejects.toThrow('an empty list');
});
