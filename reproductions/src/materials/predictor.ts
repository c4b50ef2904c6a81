import type { Matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Readout } from '../subjects/specimen';

/** Residual, output of the block, and stream behind it: [n, d] each. */
export type LayerStates = Record<'r' | 'y' | 'o', Matrix>;

/** What they predict: the top token of each, and the probability that the residual's readout gives to a token, [n] each. */
export interface Prediction extends Record<'r' | 'y' | 'o', Int32Array> {
  probability: Float64Array;
}

/** Reads layers out inside of a graph, so that rows × vocabulary scores never leave it. */
export interface Predictor {
  read(states: LayerStates, tokens: ArrayLike<number>): Promise<Prediction>;
  /** What vectors [n, d] promote most, and least: [n] each. */
  ends(h: Matrix): Promise<Record<'top' | 'bottom', Int32Array>>;
  dispose(): Promise<void>;
}

/** Rows that are read at a time: one shape, so that one graph serves all. */
export const PREDICTED = 256;

/**
 * Compiles a readout of layers.
 *
 * @param adds whether o = r + y: where scores add up too, those of o are the sum of the others, which saves a product
 */
export function openPredictor(
  { states, factor, linear, embedding, bias }: Readout,
  adds: boolean,
  { executor }: Runtime,
): Predictor {
  const scores = (h: tf.Tensor2D) => {
    const product = tf.matMul(h, embedding as tf.Tensor2D, false, true);
    return bias ? tf.add(product, bias) : product;
  };
  // States but for their factor, which does not change what is on top.
  const directions = (h: tf.Tensor2D) => (factor ? (tf.div(states(h), factor(h)) as tf.Tensor2D) : states(h));
  const layer = executor.compile(
    ({ r, y, o, tokens }: Record<'r' | 'y' | 'o', tf.Tensor2D> & { tokens: tf.Tensor1D }) => {
      const [ofR, ofY] = [scores(directions(r)), scores(directions(y))];
      const ofO = adds && linear ? tf.add(ofR, ofY) : scores(directions(o));
      const scaled = factor ? tf.mul(ofR, factor(r)) : ofR;
      const asked = tf.sum(tf.mul(states(r), tf.gather(embedding, tokens)), 1);
      const ofTokens = bias ? tf.add(asked, tf.gather(bias, tokens)) : asked;
      return {
        r: tf.argMax(ofR, 1),
        y: tf.argMax(ofY, 1),
        o: tf.argMax(ofO, 1),
        probability: tf.exp(tf.sub(ofTokens, tf.logSumExp(scaled, 1))),
      };
    },
    { name: 'what a layer predicts', cacheSize: 1 },
  );
  const vectors = executor.compile(
    ({ h }: { h: tf.Tensor2D }) => {
      const all = scores(directions(h));
      return { top: tf.argMax(all, 1), bottom: tf.argMin(all, 1) };
    },
    { name: 'what vectors promote', cacheSize: 1 },
  );
  const part = ({ data, rows, columns }: Matrix, from: number) => {
    const padded = new Float32Array(PREDICTED * columns);
    padded.set(data.subarray(from * columns, Math.min(rows, from + PREDICTED) * columns));
    return hostTensor(padded, [PREDICTED, columns], 'float32');
  };
  return {
    async read({ r, y, o }, tokens) {
      const n = r.rows;
      const prediction = { r: new Int32Array(n), y: new Int32Array(n), o: new Int32Array(n) };
      const probability = new Float64Array(n);
      for (let from = 0; from < n; from += PREDICTED) {
        const asked = new Int32Array(PREDICTED);
        asked.set(Array.from(tokens).slice(from, from + PREDICTED));
        const read = (await layer({
          r: part(r, from),
          y: part(y, from),
          o: part(o, from),
          tokens: hostTensor(asked, [PREDICTED], 'int32'),
        })) as Record<'r' | 'y' | 'o' | 'probability', HostTensor>;
        const into = { ...prediction, probability };
        for (const of of ['r', 'y', 'o', 'probability'] as const)
          into[of].set((read[of].data as Float32Array).subarray(0, n - from), from);
      }
      return { ...prediction, probability };
    },
    async ends(h) {
      const ends = { top: new Int32Array(h.rows), bottom: new Int32Array(h.rows) };
      for (let from = 0; from < h.rows; from += PREDICTED) {
        const read = (await vectors({ h: part(h, from) })) as Record<'top' | 'bottom', HostTensor>;
        for (const of of ['top', 'bottom'] as const)
          ends[of].set((read[of].data as Int32Array).subarray(0, h.rows - from), from);
      }
      return ends;
    },
    async dispose() {
      await layer.dispose();
      await vectors.dispose();
    },
  };
}
