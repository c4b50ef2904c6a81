import { capture, hookable } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

export function run(): number[] {
  const network = hookable(['hidden'], (x: tf.Tensor2D, tap) => tf.sum(tap('hidden', tf.relu(x)), 1));
  const { tensors, output } = capture(network, tf.tensor2d([[0.1, -0.2, 0.3]]), 'hidden');
  return [...tensors.hidden!.dataSync(), ...output.dataSync()];
}
