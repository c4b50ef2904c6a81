import { gelu } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** `gelu` is x Φ(x) with the error function; `gelu-tanh` its approximation by tanh, which GPT-2 uses. */
export type Activation = 'gelu' | 'gelu-tanh' | 'relu';

/** The activations under the names that the hub's config.json gives them. */
export const activationNames: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
};

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'gelu':
      return gelu(x, 'erf');
    case 'gelu-tanh':
      return gelu(x, 'tanh');
    case 'relu':
      return tf.relu(x);
  }
}
