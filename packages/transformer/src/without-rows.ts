import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from './attention-mask';

/**
 * Scores over a vocabulary with some of its rows left out, as those that no token has: {@link MASKED} is added there, so
 * that no argmax takes them and a softmax gives them exactly 0.
 *
 * @param scores [..., V]
 * @param rows indices into the vocabulary
 * @returns [..., V]; without rows the scores themselves.
 */
export function withoutRows(scores: tf.Tensor, rows: readonly number[]): tf.Tensor {
  if (rows.length === 0) return scores;
  const hidden = new Float32Array(scores.shape.at(-1)!);
  for (const row of rows) {
    if (!(row in hidden)) {
      throw new Error(`The row ${row} is not one of the vocabulary's, which has ${hidden.length}.`);
    }
    hidden[row] = MASKED;
  }
  return tf.tidy(() => tf.add(scores, tf.tensor1d(hidden)));
}
