import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedRows, shuffledBatches } from '../src/index';

const source = (count: number, size: number, seed: number) =>
  shuffledBatches({ count, size, seed, make: (data) => ({ dtype: 'int32' as const, shape: [data.length], data }) });
const take = (from: ReturnType<typeof source>, n: number) =>
  Array.from({ length: n }, () => [...(from.next() as { data: Int32Array }).data]);

describe('shuffledBatches', () => {
  it('shows every example once an epoch, each epoch in another order', () => {
    const batches = source(12, 3, 1);
    const epochs = [take(batches, 4).flat(), take(batches, 4).flat()];
    for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual([...Array(12).keys()]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[0]).not.toEqual([...Array(12).keys()]);
  });

  it('goes on from any cursor as if it had never stopped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(20),
        fc.integer(),
        (a, b, n, seed) => {
          const [count, size] = [Math.max(a, b), Math.min(a, b)];
          const whole = source(count, size, seed);
          take(whole, n);
          const fresh = source(count, size, seed);
          fresh.seek(JSON.parse(JSON.stringify(whole.cursor())));
          expect(take(fresh, 5)).toEqual(take(whole, 5));
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('gives another order for another seed and is uniform over orders', () => {
    expect(take(source(50, 50, 1), 1)).not.toEqual(take(source(50, 50, 2), 1));
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = take(source(3, 3, seed), 1).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    // 6 orders, 1,000 expected of each, standard deviation 29.
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('refuses what gives no batch, and a foreign cursor', () => {
    expect(() => source(3, 4, 1)).toThrow('3 examples do not fill one batch of 4');
    expect(() => source(3, 0, 1)).toThrow('size is 0');
    expect(() => source(3, 1, 0.5)).toThrow('seed is 0.5');
    expect(() => source(3, 1, 1).seek({ epoch: 0, used: 9 })).toThrow(
      '{"epoch":0,"used":9} is no cursor of 3 shuffled examples',
    );
    expect(() => source(3, 1, 1).seek(undefined)).toThrow('no cursor');
  });
});

describe('packedRows', () => {
  it('predicts every token but the first exactly once', () => {
    const tokens = Int32Array.from({ length: 14 }, (_, i) => 100 + i);
    const { count, rows } = packedRows(tokens, 4);
    expect(count).toBe(3);
    expect([...rows([2, 0])]).toEqual([108, 109, 110, 111, 112, 100, 101, 102, 103, 104]);
    const targets = [0, 1, 2].flatMap((row) => [...rows([row])].slice(1));
    expect(targets).toEqual([...tokens.subarray(1, 13)]);
  });

  it('refuses too little text and rows that are not there', () => {
    expect(() => packedRows(new Int32Array(4), 4)).toThrow('4 tokens do not fill one row of 4 + 1');
    expect(() => packedRows(new Int32Array(9), 4).rows([2])).toThrow('row 2 is outside of 0 … 1');
  });
});
