import { median } from '@interlayer/stats';
import { type Executor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';

const [M, K, N] = [4096, 768, 3072];
const GFLOP = (2 * M * K * N) / 1e9;

const newInputs = () => ({
  a: hostTensor(
    Float32Array.from({ length: M * K }, (_, i) => Math.sin(i)),
    [M, K],
  ),
  b: hostTensor(
    Float32Array.from({ length: K * N }, (_, i) => Math.cos(i)),
    [K, N],
  ),
});

function compiledJob(executor: Executor, given: (product: tf.Tensor2D) => tf.Tensor): Job {
  const inputs = newInputs();
  const product = executor.compile(({ a, b }: { a: tf.Tensor2D; b: tf.Tensor2D }) => given(tf.matMul(a, b)));
  return { run: async () => void (await product(inputs)) as undefined, close: () => product.dispose() };
}

export function eagerJob(): Job {
  const { a, b } = newInputs();
  const [x, y] = [tf.tensor2d(a.data, [M, K]), tf.tensor2d(b.data, [K, N])];
  return {
    run: async () => void tf.matMul(x, y).dispose() as undefined,
    close: () => tf.dispose([x, y]),
  };
}

/** One product [4096, 768] × [768, 3072] whose result stays where it was computed; compiled, also copied to the caller. */
export const matmul: Benchmark = {
  name: 'matmul',
  async run(context) {
    const { medians, ratios, notes } = await compete(
      {
        kind: 'matmul',
        folder: '.',
        compiled: (executor) => ({
          '': compiledJob(executor, (product) => tf.slice(product, [0, 0], [1, 1])),
          ' and copied out': compiledJob(executor, (product) => product),
        }),
        eager: eagerJob,
        rounds: context.rounds,
        warmUp: 2,
        stock: { rounds: 5, warmUp: 1 },
        measure: (ms) => GFLOP / (median(ms) / 1e3),
        better: 'more',
      },
      context,
    );
    return { title: 'matMul [4096, 768] × [768, 3072]', unit: 'GFLOP/s', medians, ratios, notes };
  },
};
