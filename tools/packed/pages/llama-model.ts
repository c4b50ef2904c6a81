import { createLlama } from '@interlayer/llama-model';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

export function run(): number[] {
  const sizes = {
    vocab_size: 50,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 2,
    num_attention_heads: 2,
  };
  const model = createLlama(sizes, { seed: 1 });
  return [...model.run({ ids: tf.tensor2d([[2, 7, 9, 3]], [1, 4], 'int32') }).logits!.dataSync()];
}
