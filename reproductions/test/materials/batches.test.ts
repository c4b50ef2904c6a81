import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forEachBatch, placesOf } from '../../src/materials/batches';

const POSITIONS = 60;

it('batches hold every row once, padded on the right, within their budget of tokens and in few shapes', async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: POSITIONS }), { maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.nat(3), async (sizes, first) => {
      const rows = sizes.map((size, row) => ({ ids: Array.from({ length: size }, (_, i) => 1 + row + i) }));
      const seen: number[] = [];
      const shapes = new Set<string>();
      const shares: number[] = [];
      await forEachBatch(rows, POSITIONS, async ({ ids, mask }, indices, length, share) => {
        expect(ids.shape).toEqual([indices.length, length]);
        expect(mask.shape).toEqual(ids.shape);
        expect(length).toBeLessThanOrEqual(POSITIONS);
        expect(indices.length * length).toBeLessThanOrEqual(512);
        for (const [i, index] of indices.entries()) {
          const own = rows[index]!.ids;
          const padded = [...own, ...new Array<number>(length - own.length).fill(0)];
          expect([...ids.data.subarray(i * length, (i + 1) * length)]).toEqual(padded);
          expect([...mask.data.subarray(i * length, (i + 1) * length)]).toEqual(padded.map((id) => Number(id > 0)));
        }
        seen.push(...indices);
        shapes.add(ids.shape.join());
        shares.push(share);
      });
      expect([...seen].sort((a, b) => a - b)).toEqual([...rows.keys()]);
      // A shape for each multiple of eight, and one for the last batch.
      expect(shapes.size).toBeLessThanOrEqual(Math.ceil(POSITIONS / 8) + 1);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      if (rows.length > 0) expect(shares.at(-1)).toBe(1);
      const rest: number[] = [];
      await forEachBatch(rows, POSITIONS, async (_, indices) => void rest.push(...indices), first);
      expect(rest).toEqual(seen.slice(seen.length - rest.length));
    }),
    { seed: 1, numRuns: 40 },
  );
});

it('a place is a 1 in the row of its batch, the first token unless the row says another', () => {
  const rows = [{ ids: [1, 2, 3], at: 2 }, { ids: [4] }, { ids: [5, 6], at: 1 }];
  const { data, shape } = placesOf(rows, [2, 0, 1], 4);
  expect(shape).toEqual([3, 4]);
  expect([...data]).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0]);
});
