import { type Matmul, type Matrix, matrix } from '@interlayer/linalg';
import { dataOf, type Executor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** a · bᵀ in float32 by a compiled product, as analyses take it. */
export function compiledMatmul(executor: Executor): Matmul {
  const product = executor.compile(({ a, b }: { a: tf.Tensor2D; b: tf.Tensor2D }) => tf.matMul(a, b, false, true));
  const host = ({ data, rows, columns }: Matrix) => hostTensor(data as Float32Array, [rows, columns]);
  return async (a, b) => matrix(dataOf(await product({ a: host(a), b: host(b) }), 'float32'), b.rows);
}
