import { createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { baseOf, findNumpy, numpyPeer, streamed, withBase } from '../src/cka';
import { compiledMatmul } from '../src/compiled-matmul';

/** More rows than a batch. */
const SHAPE = { rows: 2100, width: 12, layers: 3 };
const base = baseOf(SHAPE);
const python = findNumpy();

it('by compiled products is CKA in float64', async () => {
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const { value: values } = await streamed(base, SHAPE, compiledMatmul(executor));
  await executor.dispose();
  const exact = (await streamed(base, SHAPE)).value;
  expect(difference(values.flat(), exact.flat()).error).toBeLessThan(tolerance.float32);
  // The layers differ, so that a mix-up would show.
  expect(new Set(exact.flat().map((value) => value.toFixed(2))).size).toBeGreaterThan(3);
});

it.skipIf(!python)('is what the numpy peer computes', { timeout: 300_000 }, async () => {
  await withBase(base, async (path) => {
    const peer = await numpyPeer(python!, 1, path, SHAPE);
    const { ms, value: values } = await peer.run();
    expect(ms).toBeGreaterThan(0);
    expect(difference(values.flat(), (await streamed(base, SHAPE)).value.flat()).error).toBeLessThan(tolerance.float32);
    expect((await peer.run()).value).toEqual(values);
    peer.close();
  });
});
