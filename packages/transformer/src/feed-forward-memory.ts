import * as tf from '@tensorflow/tfjs-core';
import type { BlockWeights } from './block';

/**
 * A feed-forward block as memory cells (Geva et al. 2021), whatever its orientation in the file: cell i responds to key i
 * and adds value i.
 * @returns new tensors, the caller's: keys and values [f, d], keyBias [f], valueBias [d]
 * @throws Error for a block without a feed-forward block.
 */
export function feedForwardMemory({ feedForward }: BlockWeights): {
  keys: tf.Tensor2D;
  keyBias: tf.Tensor1D;
  values: tf.Tensor2D;
  valueBias: tf.Tensor1D;
} {
  if (!feedForward) throw new Error('This layer has no feed-forward block: the pattern in the config leaves it out.');
  const { up, down } = feedForward;
  return tf.tidy(() => ({
    keys: up.orientation === 'out-in' ? tf.clone(up.weight) : tf.transpose(up.weight),
    keyBias: tf.clone(up.bias),
    values: down.orientation === 'in-out' ? tf.clone(down.weight) : tf.transpose(down.weight),
    valueBias: tf.clone(down.bias),
  }));
}
