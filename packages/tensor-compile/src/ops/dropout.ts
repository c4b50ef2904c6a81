import * as tf from '@tensorflow/tfjs-core';

/**
 * Inverted dropout by a given mask: `x · keep / (1 − rate)`. The mask is an input of the step, drawn anew for every call
 * from a seeded generator: a graph holds no random state, and numbers drawn while it is traced would be frozen into it.
 *
 * @param keep of x's shape or one that broadcasts to it: 1 keeps, 0 drops. The share of zeros should be `rate`.
 * @param rate of [0, 1).
 */
export function dropout<T extends tf.Tensor>(x: T, keep: tf.Tensor, rate: number): T {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout got the rate ${rate}; expected a number of [0, 1).`);
  return tf.tidy(() => tf.mul(x, tf.mul(tf.cast(keep, 'float32'), 1 / (1 - rate)))) as T;
}
