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

/** Texts as one batch, padded as `encodeBatch` does; `starts` is the column of each row's first real token. */
export function padded(texts: readonly number[][], side: 'left' | 'right', filler: number) {
  const length = Math.max(...texts.map((text) => text.length));
  const starts = texts.map((text) => (side === 'left' ? length - text.length : 0));
  const cells = <T>(real: (row: number, column: number) => T, padding: T) =>
    texts.flatMap((text, row) =>
      Array.from({ length }, (_, t) => {
        const column = t - starts[row]!;
        return column >= 0 && column < text.length ? real(row, column) : padding;
      }),
    );
  return {
    ids: cells((row, column) => texts[row]![column]!, filler),
    mask: cells(() => 1, 0),
    shape: [texts.length, length] as [number, number],
    starts,
  };
}
