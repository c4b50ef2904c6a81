import { type Matmul, type Matrix, matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type CompiledReadout, compileReadout, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Readout } from '../subjects/specimen';
import { hostMatrix } from './batches';

/** A readout in the form that the functions of `ffn-memory` take. */
export interface Reader {
  /** [V, d] */
  embedding: Matrix;
  /** The product with the embedding is the whole readout: what a model puts before it, and its bias, included. */
  options: { matmul: Matmul; reduce: CompiledReadout; block: number };
  dispose(): Promise<void>;
}

/** The logits of vectors [n, d] under a readout, [n, V], as a function of tensors. */
export const logitsOf =
  ({ states, embedding, bias }: Readout) =>
  (h: tf.Tensor2D): tf.Tensor2D => {
    const product = tf.matMul(states(h), embedding as tf.Tensor2D, false, true);
    return (bias ? tf.add(product, bias) : product) as tf.Tensor2D;
  };

/** The embedding, the largest matrix of most models, as `state`: graphs then share it. */
export const sharedEmbedding = ({ embedding }: Readout): tf.Variable[] =>
  embedding instanceof tf.Variable ? [embedding] : [];

/** Compiles a readout. */
export async function openReader(readout: Readout, { executor }: Runtime): Promise<Reader> {
  const { embedding } = readout;
  const weights = matrix((await embedding.data()) as Float32Array, embedding.shape[1]!);
  const [logits, state] = [logitsOf(readout), sharedEmbedding(readout)];
  const scores = executor.compile(({ h }: { h: tf.Tensor2D }) => logits(h), { name: 'readout', cacheSize: 3, state });
  const reduce = compileReadout(executor, { logits, state, cacheSize: 3 });
  return {
    embedding: weights,
    options: {
      matmul: async ({ data, rows, columns }) => {
        const h = hostTensor(data as Float32Array, [rows, columns], 'float32');
        return hostMatrix((await scores({ h })) as HostTensor);
      },
      reduce,
      block: 512,
    },
    async dispose() {
      await scores.dispose();
      await reduce.dispose();
    },
  };
}
