import type { Matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor, reduceLogits } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Readout } from '../subjects/specimen';
import { logitsOf, sharedEmbedding } from './reader';

/** Residual, output of the block, and stream behind it: [n, d] each. */
export type LayerStates = Record<'r' | 'y' | 'o', Matrix>;

/** What they predict: the top token of each, and the probability that the residual's readout gives to a token, [n] each. */
export interface LayerPrediction extends Record<'r' | 'y' | 'o', Int32Array> {
  probability: Float32Array;
}

/** Reads all states of a layer out in one graph, so that rows × vocabulary logits never leave it. */
export interface LayerReader {
  read(states: LayerStates, tokens: Int32Array): Promise<LayerPrediction>;
  /** The top token of each vector [n, d]: [n]. */
  top(h: Matrix): Promise<Int32Array>;
  dispose(): Promise<void>;
}

/**
 * Compiles a readout of layers, one graph for each number of rows.
 *
 * @param adds whether o = r + y: where logits add up too, those of o are the sum of the others, which saves a product
 */
export function openLayerReader(readout: Readout, adds: boolean, { executor }: Runtime): LayerReader {
  const { states, factor, linear } = readout;
  // The positive factor of a state does not change what is on top, and without it logits add up.
  const unscaled = logitsOf({ ...readout, states: (h) => (factor ? tf.div(states(h), factor(h)) : states(h)) });
  const options = { cacheSize: 3, state: sharedEmbedding(readout) };
  const read = executor.compile(
    ({ r, y, o, tokens }: Record<'r' | 'y' | 'o', tf.Tensor2D> & { tokens: tf.Tensor1D }) => {
      const [ofR, ofY] = [unscaled(r), unscaled(y)];
      const ofO = adds && linear ? (tf.add(ofR, ofY) as tf.Tensor2D) : unscaled(o);
      const scaled = factor ? (tf.mul(ofR, factor(r)) as tf.Tensor2D) : ofR;
      const { largest, sum, logitsOf } = reduceLogits(scaled, { logitsOf: [tokens] });
      const probability = tf.div(tf.exp(tf.sub(logitsOf[0]!, largest)), sum);
      return { r: tf.argMax(ofR, 1), y: tf.argMax(ofY, 1), o: tf.argMax(ofO, 1), probability };
    },
    { name: 'what a layer predicts', ...options },
  );
  const top = executor.compile(({ h }: { h: tf.Tensor2D }) => tf.argMax(unscaled(h), 1), {
    name: 'top tokens',
    ...options,
  });
  return {
    async read({ r, y, o }, tokens) {
      const asked = hostTensor(tokens, [tokens.length], 'int32');
      const predicted = await read({ r: host(r), y: host(y), o: host(o), tokens: asked });
      return Object.fromEntries(
        Object.entries(predicted as Record<string, HostTensor>).map(([name, { data }]) => [name, data]),
      ) as unknown as LayerPrediction;
    },
    top: async (h) => ((await top({ h: host(h) })) as HostTensor).data as Int32Array,
    async dispose() {
      await read.dispose();
      await top.dispose();
    },
  };
}

const host = ({ data, rows, columns }: Matrix): HostTensor =>
  hostTensor(data as Float32Array, [rows, columns], 'float32');
