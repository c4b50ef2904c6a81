import * as tf from '@tensorflow/tfjs-core';
import type { BlockWeights } from './block';
import type { Linear } from './linear';

/** The memory cells of a feed-forward block. */
export type FeedForwardMemory = {
  /** [f, d] */
  keys: tf.Tensor2D;
  /** [f], zeros where the block has none */
  keyBias: tf.Tensor1D;
  /** Of a gated block only, whose cell i has a second key, its gate: [f, d] */
  gates?: tf.Tensor2D;
  /** Of a gated block only: [f] */
  gateBias?: tf.Tensor1D;
  /** [f, d] */
  values: tf.Tensor2D;
  /** [d], zeros where the block has none */
  valueBias: tf.Tensor1D;
};

/**
 * A feed-forward block as memory cells (Geva et al. 2021), whatever its orientation in the file: cell i responds to key i
 * (times the activation of its response to gate i, in a gated block) and adds value i.
 * @returns new tensors, the caller's.
 * @throws Error for a block without a feed-forward block.
 */
export function feedForwardMemory({ feedForward }: BlockWeights): FeedForwardMemory {
  if (!feedForward) throw new Error('This layer has no feed-forward block: the pattern in the config leaves it out.');
  const { gate, up, down } = feedForward;
  // One cell a row: the cells are the outputs of the keys, and the inputs of the values.
  const rows = ({ weight, orientation }: Linear, cells: 'out' | 'in') =>
    orientation.startsWith(cells) ? tf.clone(weight) : tf.transpose(weight);
  const biasOf = ({ bias, weight, orientation }: Linear) =>
    bias ? tf.clone(bias) : tf.zeros([orientation === 'out-in' ? weight.shape[0] : weight.shape[1]]);
  return tf.tidy(
    (): FeedForwardMemory => ({
      keys: rows(up, 'out'),
      keyBias: biasOf(up) as tf.Tensor1D,
      ...(gate && { gates: rows(gate, 'out'), gateBias: biasOf(gate) as tf.Tensor1D }),
      values: rows(down, 'in'),
      valueBias: biasOf(down) as tf.Tensor1D,
    }),
  );
}
