import { tolerance, useBackend } from '@interlayer/test-kit';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { eagerExecutor, hostTensor } from '../src/index';
import { expectClose } from './close';
import { batches, model } from './small-model';
import { graphBehindProducts, graphs } from './smooth-graphs';
import { halfPrecisionDevice } from './software-gpu';

await useBackend('cpu');
const device = await halfPrecisionDevice();

// As everywhere, the fallback to the CPU is forbidden: all nodes run on the device.
describe.skipIf(!device)('half precision on WebGPU', () => {
  const eager = eagerExecutor();
  afterAll(() => device!.dispose());

  test('a small language model is close to itself in float32, with weights frozen or on the device', async () => {
    const { variables, loss, dispose } = model(5);
    const [batch] = batches(6, 1);
    const expected = await eager.compile(loss)(batch!);
    for (const state of [[], variables]) {
      const actual = await device!.compile(loss, { precision: 'float16', state })(batch!);
      expectClose(actual, expected, tolerance.halfPrecision);
      expect(actual).not.toEqual(expected);
    }
    dispose();
  });

  test('random graphs are close to the eager ones', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ steps, shape, a, b }) => {
        const fn = graphBehindProducts(steps);
        const inputs = { a: hostTensor(a, shape), b: hostTensor(b, shape) };
        const compiled = device!.compile(fn, { precision: 'float16' });
        expectClose(await compiled(inputs), await eager.compile(fn)(inputs), tolerance.halfPrecisionGraph);
        await compiled.dispose();
      }),
      { seed: 9, numRuns: 30 },
    );
  }, 300_000);
});
