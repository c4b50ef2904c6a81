import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { findNumpy } from '../src/cka';
import { componentRows, timedFit, withNumpyFit } from '../src/component-fit';
import { componentSweep } from '../src/component-sweep';
import { benchmarkOf } from '../src/nonlinearity';

/** More rows than a block, and more tokens than a batch. */
const one = { rows: 1500, width: 24 };
const all = { layers: 2, width: 8, tokens: 1600 };
const python = findNumpy();

it('by compiled products is what float64 gives, for one component and for all', async () => {
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const matmul = compileMatmul(executor);
  const rows = componentRows(one.rows, one.width);
  const [single, double] = [await timedFit(rows, matmul), await timedFit(rows)];
  expect(Math.abs(single.value - double.value)).toBeLessThan(tolerance.float32);
  const numbers = async (product?: typeof matmul) => {
    const { value } = await componentSweep(all, product);
    expect(Object.keys(value)).toHaveLength(20);
    return Object.values(value).flatMap(({ gamma, gammaRatio, r2, medianR2, n, clusters }) => {
      expect([n, clusters]).toEqual([320, 10]);
      return [gamma!, gammaRatio!, r2!, medianR2!];
    });
  };
  const exact = await numbers();
  expect(difference(await numbers(matmul), exact).error).toBeLessThan(tolerance.float32);
  // The components differ, so that a mix-up would show.
  expect(new Set(exact.map((value) => value.toFixed(3))).size).toBeGreaterThan(20);
  await executor.dispose();
});

it.skipIf(!python)('is what the numpy peer computes', { timeout: 300_000 }, async () => {
  const rows = componentRows(one.rows, one.width);
  await withNumpyFit(rows, async (start) => {
    const peer = await start(python!, 1);
    const { ms, value } = await peer.run();
    expect(ms).toBeGreaterThan(0);
    expect(Math.abs(value - (await timedFit(rows)).value)).toBeLessThan(tolerance.float64);
    peer.close();
  });
});

it('runs as a whole at a small size', { timeout: 300_000 }, async () => {
  const { medians, ratios, notes } = await benchmarkOf({ one, all }).run({
    threads: [1],
    rounds: 5,
    python: undefined,
  });
  expect(Object.keys(medians)).toEqual([
    'one component, compiled, 1 thread',
    ...(python ? ['one component, numpy, 1 thread'] : []),
    'all components, compiled, 1 thread',
    'one component, float64 loops',
  ]);
  for (const seconds of Object.values(medians)) expect(seconds).toBeGreaterThan(0);
  expect(Object.keys(ratios)).toEqual(python ? ['compiledVsNumpy1'] : []);
  expect(notes.components).toBe(20);
  expect(notes.largestDifference).toBeLessThan(tolerance.float32);
});
