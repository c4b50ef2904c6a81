import * as tf from '@tensorflow/tfjs-core';

/**
 * Added to the score of a pair that must not attend. Finite, so that a row with no allowed key gives uniform probabilities
 * instead of NaN; large enough that exp(score + MASKED − max) is exactly 0 in float32 wherever one key is allowed.
 */
export const MASKED = -1e9;

/**
 * The additive mask of attention scores: 0 where a query may read a key, {@link MASKED} (or twice that) where not.
 *
 * @param mask [B, T] of any numeric dtype, 1 = real, 0 = padding; absent: all real. Padding is hidden as a key; what a
 *   padded query computes is meaningless.
 * @param causal [T, T] pairs with key > query are hidden.
 * @returns float32 [B or 1, 1, T or 1, T], or undefined if nothing is hidden.
 */
export function attentionMask(options: {
  mask?: tf.Tensor2D;
  causal: boolean;
  length: number;
}): tf.Tensor4D | undefined {
  const { mask, causal, length } = options;
  return tf.tidy(() => {
    const padding =
      mask && tf.reshape(tf.mul(tf.sub(1, tf.cast(mask, 'float32')), MASKED), [mask.shape[0], 1, 1, length]);
    const future = causal ? tf.tensor4d(futureMask(length), [1, 1, length, length]) : undefined;
    const both = padding && future ? tf.add(padding, future) : (padding ?? future);
    return both as tf.Tensor4D;
  });
}

function futureMask(length: number): Float32Array {
  const mask = new Float32Array(length * length);
  for (let query = 0; query < length; query++) mask.fill(MASKED, query * length + query + 1, (query + 1) * length);
  return mask;
}
