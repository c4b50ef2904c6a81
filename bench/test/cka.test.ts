import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it, onTestFinished, vi } from 'vitest';
import { baseOf, benchmarkOf, findNumpy, numpyPeer, streamed, withBase } from '../src/cka';

/** More rows than a batch. */
const SHAPE = { rows: 2100, width: 12, layers: 3 };
const base = baseOf(SHAPE);
const python = findNumpy();

/** Lets the child process that measures memory run TypeScript, as `pnpm bench` does. */
const asTsx = () => {
  const before = process.execArgv;
  process.execArgv = ['--import', 'tsx', '--conditions=@interlayer/source'];
  onTestFinished(() => {
    process.execArgv = before;
  });
};

it('by compiled products is CKA in float64', async () => {
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const { value: values } = await streamed(base, SHAPE, compileMatmul(executor));
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

it('runs without Python, says loudly what is skipped, and states its memory and the bar', {
  timeout: 300_000,
}, async () => {
  asTsx();
  vi.stubEnv('INTERLAYER_PYTHON', 'no-such-python');
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { medians, ratios, bars, notes } = await benchmarkOf(SHAPE).run({ threads: [1], rounds: 5, python: undefined });
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/^SKIPPED: the numpy side \(no-such-python/));
  expect(Object.keys(medians)).toEqual(['compiled, 1 thread']);
  expect(ratios).toEqual({ memoryLimitVsPeak: 1500 / (notes.peakMemoryMB as number) });
  expect(bars).toEqual({ memoryLimitVsPeak: 1 });
});

it.skipIf(!python)('states its ratio to numpy, and the bar', { timeout: 300_000 }, async () => {
  asTsx();
  const { medians, ratios, bars, notes } = await benchmarkOf(SHAPE).run({ threads: [1], rounds: 5, python });
  const [ours, theirs] = ['compiled, 1 thread', 'numpy, 1 thread'].map((name) => medians[name]!);
  expect(ratios.compiledVsNumpy1).toBe(theirs! / ours!);
  expect(bars).toMatchObject({ compiledVsNumpy1: 0.5 });
  expect(notes.largestDifference).toBeLessThan(tolerance.float32);
});
