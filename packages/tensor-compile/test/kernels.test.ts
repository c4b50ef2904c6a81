import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, hostTensor } from '../src/index';
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
        const expected = await eager.compile(body)(inputs);
        const actual = await executor.compile(body)(inputs);
        expectClose(actual, expected, tolerance.float32);
      }
    });
});

describe('operations that onnxruntime would compute differently from tfjs are refused at compilation', () => {
  const bools = (x: tf.Tensor) => tf.cast(x, 'bool');
  const refused: Record<string, [fn: (x: tf.Tensor) => tf.Tensor, message: RegExp]> = {
    'sums of bools': [
      (x) => tf.add(bools(x), bools(x)),
      /tf\.add of tensors of type 'bool'.*cast them.*kernels\.test\.ts/,
    ],
    'products of matrices of bools': [(x) => tf.matMul(bools(x), bools(x)), /tf\.matMul of tensors of type 'bool'/],
    'quotients of bools': [(x) => tf.div(bools(x), bools(x)), /tf\.div of tensors of type 'bool'/],
    'negative bools': [(x) => tf.neg(bools(x)), /tf\.neg of tensors of type 'bool'/],
    'the position of the largest of none': [
      (x) => tf.argMax(tf.slice(x, 0, 0)),
      /tf\.argMax got the shape \[0,2\] and the axes \[0\]/,
    ],
    'whether all of none hold': [(x) => tf.all(bools(tf.slice(x, 0, 0)), 0), /tf\.all got the shape \[0,2\]/],
    'fused products of whole numbers': [
      (x) => tf.fused.matMul({ a: tf.cast(x, 'int32'), b: tf.cast(x, 'int32') }),
      /tf\.fused\.matMul of 'int32' and 'int32'/,
    ],
    'symmetric padding': [
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [1, 1],
          ],
          'symmetric',
        ),
      /'symmetric' cannot be compiled/,
    ],
  };
  test.each(Object.entries(refused))('%s', async (_, [fn, message]) => {
    const executor = await createExecutor({ provider: 'cpu', threads: 1 });
    await expect(executor.compile(fn)(hostTensor([1, 0, 0, 1], [2, 2]))).rejects.toThrow(message);
    await executor.dispose();
  });
});
