import { createGpt } from '@interlayer/gpt-model';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

export function run(): number[] {
  const model = createGpt({ vocab_size: 50, n_embd: 16, n_layer: 2, n_head: 2, n_positions: 32 }, { seed: 1 });
  return [...model.run({ ids: tf.tensor2d([[2, 7, 9, 3]], [1, 4], 'int32') }).logits!.dataSync()];
}
