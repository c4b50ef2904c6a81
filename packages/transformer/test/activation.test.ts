import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { activate, activationNames } from '../src/index';
import { activations } from './oracle';

beforeAll(() => useBackend('cpu'));

/** As transformers defines them; it writes √(2/π) of `gelu_fast` as 0.7978845608. */
const hub: Record<string, (x: number) => number> = {
  gelu: activations.gelu,
  gelu_python: activations.gelu,
  gelu_new: activations['gelu-tanh'],
  gelu_fast: (x) => 0.5 * x * (1 + Math.tanh(x * 0.7978845608 * (1 + 0.044715 * x * x))),
  gelu_pytorch_tanh: activations['gelu-tanh'],
  relu: activations.relu,
  silu: activations.silu,
  swish: activations.silu,
};

it.each(Object.keys(activationNames))('the activation %s is what transformers computes under that name', (name) => {
  const x = Float32Array.from({ length: 241 }, (_, i) => (i - 120) / 20);
  const y = tf.tidy(() => activate(tf.tensor1d(x), activationNames[name]!).dataSync());
  expect(difference(y, Array.from(x, hub[name]!)).error).toBeLessThanOrEqual(tolerance.erf);
});
