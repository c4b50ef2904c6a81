import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches } from '@interlayer/text-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causalRows, mapBatches } from '../src/index';

const source = (rows: number, batchSize: number, seed: number) =>
  mapBatches(
    createBatches(
      Array.from({ length: rows }, (_, i) => ({ ids: [i, 2 * i] })),
      { batchSize, seed, dropLast: true },
    ),
    ({ ids, shape }) => hostTensor(ids, shape),
  );
const take = (from: ReturnType<typeof source>, n: number) =>
  Array.from({ length: n }, () => [...(from.next() as { data: Int32Array }).data]);

describe('mapBatches', () => {
  it('gives what is made of each batch', () => {
    const batch = source(4, 4, 1).next();
    expect(batch).toMatchObject({ dtype: 'int32', shape: [4, 2] });
  });

  it('goes on from any cursor, by way of JSON, as if it had never stopped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(20),
        fc.nat(),
        (a, b, n, seed) => {
          const [rows, size] = [Math.max(a, b), Math.min(a, b)];
          const whole = source(rows, size, seed);
          take(whole, n);
          const fresh = source(rows, size, seed);
          fresh.seek(JSON.parse(JSON.stringify(whole.cursor)));
          expect(take(fresh, 5)).toEqual(take(whole, 5));
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('refuses a foreign cursor', () => {
    expect(() => source(3, 1, 1).seek({ epoch: 0, index: 9 })).toThrow('There is no batch at epoch 0, index 9');
  });
});

describe('causalRows', () => {
  it('predicts every token but the first exactly once', () => {
    const tokens = Int32Array.from({ length: 14 }, (_, i) => 100 + i);
    const rows = causalRows(tokens, 4);
    expect(rows.map(({ ids }) => [...ids])).toEqual([
      [100, 101, 102, 103, 104],
      [104, 105, 106, 107, 108],
      [108, 109, 110, 111, 112],
    ]);
    expect(rows.flatMap(({ ids }) => [...ids.slice(1)])).toEqual([...tokens.subarray(1, 13)]);
  });

  it('refuses too little text', () => {
    expect(() => causalRows(new Int32Array(4), 4)).toThrow('4 tokens do not fill one row of 4 + 1');
    expect(() => causalRows(new Int32Array(9), 0)).toThrow('length is 0');
  });
});
