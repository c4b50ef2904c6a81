import { layerNorm } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from './parameters';

export interface Norm {
  gain: tf.Tensor1D;
  /** Absent: RMSNorm (Zhang & Sennrich 2019), which neither centres nor shifts. */
  bias?: tf.Tensor1D;
}

/** The norm whose tensors are `name.weight` and, if there is one, `name.bias`. */
export const normOf = (weights: Weights, name: string): Norm => ({
  gain: weights[`${name}.weight`] as tf.Tensor as tf.Tensor1D,
  bias: weights[`${name}.bias`] as tf.Tensor | undefined as tf.Tensor1D | undefined,
});

/**
 * LayerNorm, or without a bias RMSNorm, `x / √(mean(x²) + epsilon) · gain`, over the last axis.
 * @param x [..., d]
 * @returns [..., d]
 */
export function normalize<T extends tf.Tensor>(x: T, { gain, bias }: Norm, epsilon: number): T {
  if (bias) return layerNorm(x, gain, bias, epsilon);
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return tf.mul(tf.mul(x, scale), gain) as T;
  });
}
