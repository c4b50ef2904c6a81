import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, type HostTensor } from '../src/index';
import { kernels } from '../src/trace/kernels/index';
import { expectClose } from './close';
import { kernelCases } from './kernel-cases';

beforeAll(() => useBackend('cpu'));

test('every recorded kernel has a case', () => {
  const own = Object.keys(kernels).filter((name) => name.startsWith('Interlayer'));
  expect(Object.keys(kernelCases).sort()).toEqual(
    Object.keys(kernels)
      .filter((name) => !own.includes(name))
      .sort(),
  );
});

describe('compiled kernels equal those of tfjs cpu', () => {
  let executor: Executor;
  const eager = eagerExecutor();
  beforeAll(async () => {
    executor = await createExecutor({ provider: 'cpu', threads: 1 });
  });
  afterAll(() => executor.dispose());

  for (const [name, cases] of Object.entries(kernelCases))
    test(name, async () => {
      for (const [i, { fn, inputs }] of cases.entries()) {
        const body = (tensors: tf.Tensor[]) => [fn(...tensors)].flat();
        const profile = await tf.profile(
          () => void tf.tidy(() => body(inputs.map((h) => tf.tensor(h.data, h.shape, h.dtype)))),
        );
        expect(profile.kernelNames, `case ${i} does not reach the kernel`).toContain(name);
        const expected = (await eager.compile(body)(inputs)) as HostTensor[];
        const actual = (await executor.compile(body)(inputs)) as HostTensor[];
        expectClose(actual, expected, tolerance.float32);
      }
    });
});
