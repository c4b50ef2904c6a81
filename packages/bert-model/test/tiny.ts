import { randomizeWeights, randomValues } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { type BertConfigInput, type BertHead, createBert } from '../src/index';

export const tinyConfig = {
  vocab_size: 17,
  hidden_size: 8,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  intermediate_size: 12,
  max_position_embeddings: 7,
  num_labels: 3,
} satisfies BertConfigInput;

export const allHeads: readonly BertHead[] = ['mlm', 'pooler', 'classifier'];

/** A tiny BERT of which every weight is random. The caller disposes it. */
export function tinyBert(config: Partial<BertConfigInput> = {}, heads = allHeads, seed = 1) {
  const model = createBert({ ...tinyConfig, ...config }, { seed, heads });
  let stream = 1000 * seed;
  randomizeWeights(model.weights, (size) => randomValues(size, stream++));
  return model;
}

export const example = {
  ids: [3, 16, 0, 5, 5, 2, 9, 4, 11, 1],
  mask: [1, 1, 1, 1, 0, 1, 1, 0, 0, 0],
  types: [0, 0, 1, 1, 1, 0, 1, 1, 0, 0],
  shape: [2, 5] as [number, number],
};

/** The example as tensors. */
export const exampleInputs = () => ({
  ids: tf.tensor2d(example.ids, example.shape, 'int32'),
  mask: tf.tensor2d(example.mask, example.shape, 'int32'),
  types: tf.tensor2d(example.types, example.shape, 'int32'),
});
