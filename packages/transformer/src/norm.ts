import { layerNorm } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

export interface Norm {
  gain: tf.Tensor1D;
  /** Absent: RMSNorm (Zhang & Sennrich 2019), which neither centres nor shifts. */
  bias?: tf.Tensor1D;
}

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
