import { type Executor, eagerExecutor, hostTensor } from '@interlayer/tensor-compile';
import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compiledShare, eagerShare } from '../src/matmul-share';

/** Large enough for a product to outlast the calls around it, on TensorFlow's kernels too. */
const N = 256;
const x = hostTensor(
  Float32Array.from({ length: N * N }, (_, i) => Math.sin(i)),
  [N, N],
);

const job = (body: (x: tf.Tensor2D) => tf.Tensor) => (executor: Executor) => {
  const run = executor.compile(({ x }: { x: tf.Tensor2D }) => body(x));
  return { run: async () => void (await run({ x })) as undefined, close: () => run.dispose() };
};
const products = job((x) => tf.matMul(tf.matMul(tf.matMul(x, x), x, true), x));
const none = job((x) => tf.exp(tf.sin(x)));
const both = job((x) => tf.exp(tf.matMul(x, tf.sin(x) as tf.Tensor2D)));

it('tells products from other kernels in a compiled run', async () => {
  expect((await compiledShare(1, none)).share).toBe(0);
  expect((await compiledShare(1, products)).share).toBeGreaterThan(0.9);
  const { share } = await compiledShare(1, both);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(1);
});

it('tells products from other kernels in an eager run, and leaves the kernels as they were', async () => {
  await useBackend('cpu');
  const backend = tf.getBackend();
  const kernel = tf.getKernel('BatchMatMul', backend);
  expect((await eagerShare(none(eagerExecutor()))).share).toBe(0);
  expect((await eagerShare(products(eagerExecutor()), 2)).share).toBeGreaterThan(0.5);
  expect(tf.getKernel('BatchMatMul', backend)).toBe(kernel);
});
