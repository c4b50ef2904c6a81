import { createBert } from '@interlayer/bert-model';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

export function run(): number[] {
  const config = { vocab_size: 50, hidden_size: 16, num_hidden_layers: 3, num_attention_heads: 2 };
  const model = createBert(config, { seed: 1, heads: ['mlm'] });
  return [...model.run({ ids: tf.tensor2d([[2, 7, 9, 3]], [1, 4], 'int32') }).mlmLogits!.dataSync()];
}
