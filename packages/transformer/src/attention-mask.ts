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
 * @param causal keys after the query are hidden.
 * @param past how many keys stand before the first query, as in a {@link KeyValueCache}; default 0.
 * @returns float32 [B or 1, 1, T or 1, T], or without a mask [1, 1, T, past + T]; undefined if nothing is hidden.
 */
export function attentionMask(options: {
  mask?: tf.Tensor2D;
  causal: boolean;
  length: number;
  past?: number;
}): tf.Tensor4D | undefined {
  const { mask, causal, length, past = 0 } = options;
  if (mask && past > 0) throw new Error('A padding mask cannot be combined with earlier keys: run each text alone.');
  return tf.tidy(() => {
    const padding =
      mask && tf.reshape(tf.mul(tf.sub(1, tf.cast(mask, 'float32')), MASKED), [mask.shape[0], 1, 1, length]);
    const future = causal ? tf.tensor4d(futureMask(length, past), [1, 1, length, past + length]) : undefined;
    const both = padding && future ? tf.add(padding, future) : (padding ?? future);
    return both as tf.Tensor4D;
  });
}

function futureMask(length: number, past: number): Float32Array {
  const keys = past + length;
  const mask = new Float32Array(length * keys);
  for (let query = 0; query < length; query++) mask.fill(MASKED, query * keys + past + query + 1, (query + 1) * keys);
  return mask;
}
