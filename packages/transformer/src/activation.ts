import { gelu } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/**
 * `gelu` is x Φ(x) with the error function; `gelu-tanh` its approximation by tanh, which GPT-2 uses; `silu` is x σ(x), which
 * Llama uses.
 */
export type Activation = 'gelu' | 'gelu-tanh' | 'relu' | 'silu';

/** The activations under the names that the hub's config.json gives them. */
export const activationNames: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
};

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'gelu':
      return gelu(x, 'erf');
    case 'gelu-tanh':
      return gelu(x, 'tanh');
    case 'relu':
      return tf.relu(x);
    case 'silu':
      return tf.mul(x, tf.sigmoid(x));
  }
}
