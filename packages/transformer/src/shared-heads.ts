import * as tf from '@tensorflow/tfjs-core';

/**
 * Multiplies each of H heads with one of K shared heads, each of which serves H / K neighbours (grouped-query attention,
 * Ainslie et al. 2023): head h with shared head ⌊h K / H⌋. No head is copied.
 *
 * @param heads [B, H, T, n]
 * @param shared [B, K, n, m], or [B, K, m, n] where `transposed`
 * @returns [B, H, T, m]
 */
export function multiplyShared(heads: tf.Tensor, shared: tf.Tensor, transposed = false): tf.Tensor {
  const [batch, count, length, inner] = heads.shape as [number, number, number, number];
  const sharedCount = shared.shape[1]!;
  if (sharedCount === count) return tf.matMul(heads, shared, false, transposed);
  return tf.tidy(() => {
    const stacked = tf.reshape(heads, [batch, sharedCount, (count / sharedCount) * length, inner]);
    const product = tf.matMul(stacked, shared, false, transposed);
    return tf.reshape(product, [batch, count, length, product.shape[3]!]);
  });
}
