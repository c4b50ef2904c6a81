import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches } from '@interlayer/text-data';
import { mapBatches } from '@interlayer/training';
import { expect, it } from 'vitest';
import { inTurn } from '../src/in-turn';

const source = (from: number, rows: number) =>
  mapBatches(
    createBatches(
      Array.from({ length: rows }, (_, i) => ({ ids: [from + i] })),
      { batchSize: 1, seed: 1 },
    ),
    ({ ids }) => ({ ids: hostTensor(ids, [1]) }),
  );
const both = () => inTurn(source(0, 3), 4, source(10, 5));
const take = async (batches: ReturnType<typeof both>, count: number) => {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) taken.push((await batches.next()).ids.data[0]);
  return taken;
};

it('takes the given number of batches from the first source, then those of the second from its start', async () => {
  const taken = await take(both(), 9);
  expect(taken.slice(0, 3).toSorted()).toEqual([0, 1, 2]);
  expect(taken[3]).toBeLessThan(3);
  expect(taken.slice(4).toSorted()).toEqual([10, 11, 12, 13, 14]);
});

it('resumes from any cursor, which is plain data, as if uninterrupted', async () => {
  const uninterrupted = await take(both(), 14);
  for (let at = 0; at <= 14; at++) {
    const before = both();
    await take(before, at);
    const after = both();
    after.seek(JSON.parse(JSON.stringify(before.cursor)));
    expect(await take(after, 14 - at)).toEqual(uninterrupted.slice(at));
  }
});
