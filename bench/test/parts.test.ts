import { hostTensor } from '@interlayer/tensor-compile';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../src/parts';

const ids = hostTensor(
  Int32Array.from({ length: 12 }, (_, i) => i),
  [4, 3],
);

describe('partsOf', () => {
  test('cuts rows, and every prediction goes with its row', () => {
    const batch = {
      ids,
      positions: hostTensor(Int32Array.of(1, 3, 5, 7), [4]),
      labels: hostTensor(Int32Array.of(10, 11, 12, 13), [4]),
      weights: hostTensor(Float32Array.of(1, 1, 1, 1), [4]),
    };
    const parts = partsOf(batch, 2).map(({ inputs, weight }) => ({
      ...Object.fromEntries(Object.entries(inputs).map(([name, { shape, data }]) => [name, [shape, [...data]]])),
      weight,
    }));
    expect(parts).toEqual([
      {
        ids: [
          [2, 3],
          [0, 1, 2, 3, 4, 5],
        ],
        positions: [[3], [1, 3, 5]],
        labels: [[3], [10, 11, 12]],
        weights: [[3], [1, 1, 1]],
        weight: 3,
      },
      {
        ids: [
          [2, 3],
          [6, 7, 8, 9, 10, 11],
        ],
        positions: [[3], [1, 0, 0]],
        labels: [[3], [13, 0, 0]],
        weights: [[3], [1, 0, 0]],
        weight: 1,
      },
    ]);
  });

  test('weighs parts without positions by their rows, and wants rows that can be divided', () => {
    expect(partsOf({ ids }, 4).map(({ inputs, weight }) => [...inputs.ids!.data, weight])).toEqual([
      [0, 1, 2, 1],
      [3, 4, 5, 1],
      [6, 7, 8, 1],
      [9, 10, 11, 1],
    ]);
    expect(() => partsOf({ ids }, 3)).toThrow('4 rows for 3 parts');
  });
});
