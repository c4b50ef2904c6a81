import { gelu } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** `gelu` is x Φ(x) with the error function; `gelu_tanh` its approximation by tanh, which GPT-2 uses. */
export type Activation = 'gelu' | 'gelu_tanh' | 'relu';

/** The hub's names of the activations in config.json. */
export const activationNames: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_tanh: 'gelu_tanh',
  relu: 'relu',
};

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'gelu':
      return gelu(x, 'erf');
    case 'gelu_tanh':
      return gelu(x, 'tanh');
    case 'relu':
      return tf.relu(x);
  }
}
