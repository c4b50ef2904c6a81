import * as tf from '@tensorflow/tfjs-core';

/**
 * Inverted dropout with a given mask: `x · keep / (1 − rate)`. Make the mask an input of the step, drawn anew for every call
 * from a seeded generator: a graph has no random state, and numbers drawn during tracing would be frozen into it.
 *
 * @param keep of x's shape or one that broadcasts to it: 1 keeps, 0 drops. The share of zeros should be `rate`.
 * @param rate in [0, 1)
 */
export function dropout<T extends tf.Tensor>(x: T, keep: tf.Tensor, rate: number): T {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout got the rate ${rate}; expected a number in [0, 1).`);
  return tf.tidy(() => tf.mul(x, tf.mul(tf.cast(keep, 'float32'), 1 / (1 - rate)))) as T;
}
