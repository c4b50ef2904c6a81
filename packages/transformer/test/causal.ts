import { randomizeWeights, randomValues } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import type { CausalModel, CausalScores, StackSettings } from '../src/index';
import { normalize, oracleStack, type Points } from './oracle';

/** What the tests of causal models share: inputs for a tiny model of 17 words, and a model in float64 loops. */

export type AnyCausalModel = CausalModel<unknown, unknown, CausalScores>;

export interface Example {
  ids: number[];
  mask?: number[];
  /** [B, T] */
  shape: [number, number];
}

/** The second text has a hole, and padding at its end. */
export const example = {
  ids: [3, 16, 0, 5, 5, 2, 9, 4, 11, 1],
  mask: [1, 1, 1, 1, 1, 1, 0, 1, 1, 0],
  shape: [2, 5],
} satisfies Example;

/** The example as tensors. */
export const exampleInputs = () => ({
  ids: tf.tensor2d(example.ids, [2, 5], 'int32'),
  mask: tf.tensor2d(example.mask, [2, 5], 'int32'),
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

/** The model, with a random value for every weight. */
export function randomized<M extends Pick<AnyCausalModel, 'weights'>>(model: M, seed: number): M {
  let stream = 1000 * seed;
  randomizeWeights(model.weights, (size) => randomValues(size, stream++));
  return model;
}

/** How a family differs from others, for {@link causalOracle}. */
export interface OracleParts {
  settings: Omit<StackSettings, 'norm'>;
  rotaryBase?: number;
  /** What is added to each token's word, by token and feature. */
  position?(token: number, feature: number): number;
  finalNorm?: { gain: tf.Tensor; bias?: tf.Tensor };
}

/** A causal model in float64 loops, at every point. */
export function causalOracle(
  { blocks, order, readout }: AnyCausalModel,
  words: tf.Tensor,
  { ids, mask, shape }: Example,
  { settings, rotaryBase, position = () => 0, finalNorm }: OracleParts,
): Points {
  const [batch, length] = shape;
  const [, d] = words.shape as [number, number];
  const table = words.dataSync();
  const embeddings = Float64Array.from({ length: batch * length * d }, (_, i) => {
    const [token, feature] = [Math.floor(i / d), i % d];
    return table[ids[token]! * d + feature]! + position(token, feature);
  });
  const points: Points = { embeddings };
  const stack = { x: embeddings, batch, length, blocks, order, mask, causal: true, rotaryBase, points };
  let hidden = oracleStack({ ...stack, settings: { norm: 'pre', ...settings } });
  if (finalNorm) hidden = points['final.norm'] = normalize(hidden, finalNorm as never, settings.epsilon);
  const matrix = readout!.dataSync();
  const [vocabulary] = readout!.shape as [number, number];
  points.logits = Float64Array.from({ length: batch * length * vocabulary }, (_, i) => {
    const [token, word] = [Math.floor(i / vocabulary), i % vocabulary];
    let sum = 0;
    for (let k = 0; k < d; k++) sum += hidden[token * d + k]! * matrix[word * d + k]!;
    return sum;
  });
  return points;
}
