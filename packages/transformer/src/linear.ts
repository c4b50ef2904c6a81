import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from './parameters';

/** x W + b. The weight keeps the orientation of its file: BERT and Llama store [out, in], GPT-2 [in, out]. */
export interface Linear {
  weight: tf.Tensor2D;
  /** Absent: none is added. */
  bias?: tf.Tensor1D;
  orientation: 'out-in' | 'in-out';
}

/** The linear map whose tensors are `name.weight` and, if there is one, `name.bias`. */
export const linearOf = (weights: Weights, name: string, orientation: Linear['orientation']): Linear => ({
  weight: weights[`${name}.weight`] as tf.Tensor as tf.Tensor2D,
  bias: weights[`${name}.bias`] as tf.Tensor | undefined as tf.Tensor1D | undefined,
  orientation,
});

/**
 * @param x [..., in]
 * @returns [..., out], computed as a product of two matrices, which a compiler recognises as one product with a bias.
 */
export function applyLinear(x: tf.Tensor, { weight, bias, orientation }: Linear): tf.Tensor {
  const transposed = orientation === 'out-in';
  const [width, out] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
  const product = tf.matMul(tf.reshape(x, [-1, width]), weight, false, transposed);
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), out]);
}
