import { randomizeWeights, randomValues } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { createLlama, type LlamaConfigInput } from '../src/index';

export const tinyConfig = {
  vocab_size: 17,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 6,
  max_position_embeddings: 9,
} satisfies LlamaConfigInput;

/** A tiny Llama of which every weight is random. The caller disposes it. */
export function tinyLlama(config: Partial<LlamaConfigInput> = {}, seed = 1) {
  const model = createLlama({ ...tinyConfig, ...config }, { seed });
  let stream = 1000 * seed;
  randomizeWeights(model.weights, (size) => randomValues(size, stream++));
  return model;
}

export const example = {
  ids: [3, 16, 0, 5, 5, 2, 9, 4, 11, 1],
  mask: [1, 1, 1, 1, 1, 1, 1, 0, 1, 1],
  shape: [2, 5] as [number, number],
};

/** The example as tensors. */
export const exampleInputs = () => ({
  ids: tf.tensor2d(example.ids, example.shape, 'int32'),
  mask: tf.tensor2d(example.mask, example.shape, 'int32'),
});
