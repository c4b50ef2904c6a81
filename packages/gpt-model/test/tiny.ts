import { randomizeWeights, randomValues } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { createGpt, type GptConfigInput } from '../src/index';

export const tinyConfig = {
  vocab_size: 17,
  n_embd: 8,
  n_layer: 3,
  n_head: 2,
  n_inner: 12,
  n_positions: 7,
} satisfies GptConfigInput;

/** A tiny GPT-2 of which every weight is random. The caller disposes it. */
export function tinyGpt(config: Partial<GptConfigInput> = {}, seed = 1) {
  const model = createGpt({ ...tinyConfig, ...config }, { seed });
  let stream = 1000 * seed;
  randomizeWeights(model.weights, (size) => randomValues(size, stream++));
  return model;
}

export const example = {
  ids: [3, 16, 0, 5, 5, 2, 9, 4, 11, 1],
  mask: [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
  shape: [2, 5] as [number, number],
};

/** The example as tensors. */
export const exampleInputs = () => ({
  ids: tf.tensor2d(example.ids, example.shape, 'int32'),
  mask: tf.tensor2d(example.mask, example.shape, 'int32'),
});
