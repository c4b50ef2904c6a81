import type { BlockWeights, Linear, Norm } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { BertConfig } from './config';

type Weights = Readonly<Record<string, tf.Variable>>;

export const linearOf = (weights: Weights, name: string): Linear => ({
  weight: weights[`${name}.weight`] as tf.Tensor as tf.Tensor2D,
  bias: weights[`${name}.bias`] as tf.Tensor as tf.Tensor1D,
  orientation: 'out-in',
});

export const normOf = (weights: Weights, name: string): Norm => ({
  gain: weights[`${name}.weight`] as tf.Tensor as tf.Tensor1D,
  bias: weights[`${name}.bias`] as tf.Tensor as tf.Tensor1D,
});

/** From transformed states to scores of words. Untied, weight and bias are the decoder's own. */
export const decoderOf = (weights: Weights, config: BertConfig): Linear =>
  config.tie_word_embeddings
    ? {
        weight: weights['bert.embeddings.word_embeddings.weight'] as tf.Tensor as tf.Tensor2D,
        bias: weights['cls.predictions.bias'] as tf.Tensor as tf.Tensor1D,
        orientation: 'out-in',
      }
    : linearOf(weights, 'cls.predictions.decoder');

/** The encoder's layers as blocks, by source layer. */
export function bertBlocks(weights: Weights, config: BertConfig): readonly BlockWeights[] {
  return config.feed_forward.map((feedForward, layer) => {
    const at = `bert.encoder.layer.${layer}`;
    return {
      attention: {
        projections: [
          linearOf(weights, `${at}.attention.self.query`),
          linearOf(weights, `${at}.attention.self.key`),
          linearOf(weights, `${at}.attention.self.value`),
        ],
        output: linearOf(weights, `${at}.attention.output.dense`),
        norm: normOf(weights, `${at}.attention.output.LayerNorm`),
      },
      ...(feedForward && {
        feedForward: {
          up: linearOf(weights, `${at}.intermediate.dense`),
          down: linearOf(weights, `${at}.output.dense`),
          norm: normOf(weights, `${at}.output.LayerNorm`),
        },
      }),
    };
  });
}
