import { applyLinear, attentionMask, createWeights } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

export function run(): number[] {
  const parameters = [
    { name: 'weight', shape: [2, 3], initial: { std: 0.5 } },
    { name: 'bias', shape: [3], initial: 0.1 },
  ];
  const { weight, bias } = createWeights(parameters, 1) as Record<string, tf.Variable>;
  const linear = { weight: weight as tf.Tensor2D, bias: bias as tf.Tensor1D, orientation: 'in-out' as const };
  const y = applyLinear(tf.tensor2d([[0.1, -0.2]]), linear);
  return [...y.dataSync(), ...attentionMask({ causal: true, length: 3 })!.dataSync()];
}
