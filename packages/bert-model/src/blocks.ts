import { type BlockWeights, type Linear, linearOf, normOf, type Weights } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { BertConfig } from './config';

/** From transformed states to scores of words. Untied, weight and bias are the decoder's own. */
export const decoderOf = (weights: Weights, config: BertConfig): Linear =>
  config.tie_word_embeddings
    ? {
        weight: weights['bert.embeddings.word_embeddings.weight'] as tf.Tensor as tf.Tensor2D,
        bias: weights['cls.predictions.bias'] as tf.Tensor as tf.Tensor1D,
        orientation: 'out-in',
      }
    : linearOf(weights, 'cls.predictions.decoder', 'out-in');

/** The encoder's layers as blocks, by source layer. */
export function bertBlocks(weights: Weights, config: BertConfig): readonly BlockWeights[] {
  return config.feed_forward.map((feedForward, layer) => {
    const linear = (name: string) => linearOf(weights, `bert.encoder.layer.${layer}.${name}`, 'out-in');
    const norm = (name: string) => normOf(weights, `bert.encoder.layer.${layer}.${name}`);
    return {
      attention: {
        projections: [linear('attention.self.query'), linear('attention.self.key'), linear('attention.self.value')],
        output: linear('attention.output.dense'),
        norm: norm('attention.output.LayerNorm'),
      },
      ...(feedForward && {
        feedForward: {
          up: linear('intermediate.dense'),
          down: linear('output.dense'),
          norm: norm('output.LayerNorm'),
        },
      }),
    };
  });
}
