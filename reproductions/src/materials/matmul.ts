import type { Matmul } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { hostMatrix } from './batches';

/** a · bᵀ on the backend of the run, in float32. */
export function openMatmul({ executor }: Runtime): { matmul: Matmul; dispose(): Promise<void> } {
  const product = executor.compile(({ a, b }: { a: tf.Tensor2D; b: tf.Tensor2D }) => tf.matMul(a, b, false, true), {
    name: 'a product of matrices',
    cacheSize: 32,
  });
  const host = ({ data, rows, columns }: Parameters<Matmul>[0]) =>
    hostTensor(data instanceof Float32Array ? data : new Float32Array(data), [rows, columns], 'float32');
  return {
    matmul: async (a, b) => hostMatrix((await product({ a: host(a), b: host(b) })) as HostTensor),
    dispose: () => product.dispose(),
  };
}
