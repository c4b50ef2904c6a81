import * as tf from '@tensorflow/tfjs-core';

/**
 * The position of each token: its place among the real tokens of its row, counted from 0, as `transformers` counts them in
 * generation (the running sum of the mask, less 1). So a left-padded row starts at position 0, wherever its first token
 * stands. Padding keeps the position of its column, so that a right-padded batch is what it is without a mask.
 *
 * @param mask [B, T] of any numeric dtype, 1 = real, 0 = padding
 * @returns int32 [B, T], in 0 … T − 1
 */
export function maskedPositions(mask: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const real = tf.cast(mask, 'int32');
    const columns = tf.range(0, mask.shape[1], 1, 'int32');
    const shift = tf.sub(tf.sub(tf.cumsum(real, 1), tf.scalar(1, 'int32')), columns);
    return tf.add(columns, tf.mul(real, shift)) as tf.Tensor2D;
  });
}
