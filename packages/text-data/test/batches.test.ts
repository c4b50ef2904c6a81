import { seedFrom } from '@interlayer/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBatches, type Row } from '../src/batches';
import { packBlocks } from '../src/pack-blocks';
import { shuffle } from '../src/shuffle';

const rowsOf = (lengths: number[]): Row[] =>
  lengths.map((length, row) => ({
    ids: Array.from({ length }, (_, i) => 1 + row * 100 + i),
    types: Array(length).fill(row % 2),
  }));
const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 });
const options = fc.record({
  batchSize: fc.integer({ min: 1, max: 5 }),
  seed: fc.option(fc.integer(), { nil: undefined }),
  bucket: fc.option(fc.constantFrom(1, 4, 8), { nil: undefined }),
});

describe('createBatches', () => {
  test('an epoch has every row once, whole, in few shapes', () => {
    fc.assert(
      fc.property(lengths, options, (lengths, options) => {
        const rows = rowsOf(lengths);
        const batches = createBatches(rows, { ...options, padId: 0 });
        for (let epoch = 0; epoch < 2; epoch++) {
          const all = [...batches.epoch()];
          expect(all).toHaveLength(batches.perEpoch);
          expect(batches.perEpoch).toBe(Math.ceil(rows.length / options.batchSize));
          expect(all.flatMap((batch) => [...batch.rows]).sort((a, b) => a - b)).toEqual(rows.map((_, row) => row));
          expect(all.filter(({ shape }) => shape[0] < options.batchSize).length).toBeLessThanOrEqual(1);
          for (const { ids, mask, types, shape, rows: members } of all) {
            const [B, T] = shape;
            expect(batches.shapes).toContainEqual(shape);
            expect([ids.length, mask.length, types.length]).toEqual([B * T, B * T, B * T]);
            expect(T % (options.bucket ?? Math.max(...lengths))).toBe(0);
            members.forEach((row, i) => {
              const padding = Array(T - lengths[row]!).fill(0);
              expect([...ids.subarray(i * T, (i + 1) * T)]).toEqual([...Array.from(rows[row]!.ids), ...padding]);
              expect([...mask.subarray(i * T, (i + 1) * T)]).toEqual([...Array(lengths[row]).fill(1), ...padding]);
              expect([...types.subarray(i * T, (i + 1) * T)]).toEqual([...Array.from(rows[row]!.types!), ...padding]);
            });
          }
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('goes on after seek as if it had never stopped', () => {
    fc.assert(
      fc.property(lengths, options, fc.nat(60), (lengths, options, steps) => {
        const make = () => createBatches(rowsOf(lengths), { ...options, padId: 0 });
        const whole = make();
        for (let i = 0; i < steps; i++) whole.next();
        const resumed = make();
        resumed.seek(JSON.parse(JSON.stringify(whole.cursor)));
        for (let i = 0; i < 5; i++) expect(resumed.next()).toEqual(whole.next());
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('order: as given without a seed, new in every epoch with one', () => {
    const rows = rowsOf(Array(20).fill(3));
    const order = (seed?: number) => {
      const batches = createBatches(rows, { batchSize: 4, seed });
      return [0, 1].map(() => [...batches.epoch()].flatMap((batch) => [...batch.rows]).join());
    };
    const given = rows.map((_, row) => row).join();
    expect(order()).toEqual([given, given]);
    const [first, second] = order(1);
    expect(new Set([given, first, second, ...order(2)]).size).toBe(5);
  });

  test('rows of a rounded length share a batch; leftovers move up', () => {
    const batches = createBatches(rowsOf([1, 9, 3, 5, 2, 12, 4]), { batchSize: 2, bucket: 4, padId: 0 });
    expect([...batches.epoch()].map(({ shape, rows }) => [shape, [...rows]])).toEqual([
      [
        [2, 4],
        [0, 2],
      ],
      [
        [2, 4],
        [4, 6],
      ],
      [
        [2, 12],
        [3, 1],
      ],
      [[1, 12], [5]],
    ]);
    expect(batches.cursor).toEqual({ epoch: 1, index: 0 });
    expect(createBatches(rowsOf([1, 9, 3]), { batchSize: 2, padId: 0, dropLast: true }).perEpoch).toBe(1);
  });

  test('refuses what makes no batch', () => {
    expect(() => createBatches([], { batchSize: 2 })).toThrow('0 rows');
    expect(() => createBatches(rowsOf([1]), { batchSize: 2, dropLast: true })).toThrow('dropLast');
    expect(() => createBatches(rowsOf([1, 2]), { batchSize: 2 })).toThrow('padId');
    expect(() => createBatches(rowsOf([1, 0]), { batchSize: 2, padId: 0 })).toThrow('Row 1');
    expect(() => createBatches(rowsOf([1]), { batchSize: 0 })).toThrow('batchSize');
    expect(() => createBatches(rowsOf([1]), { batchSize: 1 }).seek({ epoch: 0, index: 1 })).toThrow('index 1');
  });
});

describe('packBlocks', () => {
  test('blocks are the joined documents, cut; the rest is dropped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 5, max: 99 }), { maxLength: 9 })),
        fc.integer({ min: 1, max: 7 }),
        (documents, length) => {
          const joined = documents.flatMap((document) => [...document, 3]);
          const blocks = packBlocks(documents, { length, separator: 3 });
          expect(blocks).toHaveLength(Math.floor(joined.length / length));
          expect(blocks.flatMap(({ ids }) => [...ids])).toEqual(joined.slice(0, blocks.length * length));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
    expect(() => packBlocks([[1]], { length: 0, separator: 3 })).toThrow('length');
    expect(() => packBlocks([[1]], { length: 2, separator: Number.NaN })).toThrow('separator');
  });
});

describe('shuffle', () => {
  test('is even', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffle([0, 1, 2], seedFrom(i)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Four standard deviations of a binomial with p = 1/6.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(6000 * (5 / 36)));
  });
});
