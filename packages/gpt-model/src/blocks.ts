import type { BlockWeights, Linear, Norm } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { GptConfig } from './config';

type Weights = Readonly<Record<string, tf.Variable>>;

const linearOf = (weights: Weights, name: string): Linear => ({
  weight: weights[`${name}.weight`] as tf.Tensor as tf.Tensor2D,
  bias: weights[`${name}.bias`] as tf.Tensor as tf.Tensor1D,
  orientation: 'in-out',
});

export const normOf = (weights: Weights, name: string): Norm => ({
  gain: weights[`${name}.weight`] as tf.Tensor as tf.Tensor1D,
  bias: weights[`${name}.bias`] as tf.Tensor as tf.Tensor1D,
});

/** The layers as blocks, by source layer. */
export function gptBlocks(weights: Weights, config: GptConfig): readonly BlockWeights[] {
  return config.feed_forward.map((feedForward, layer) => {
    const at = `transformer.h.${layer}`;
    return {
      attention: {
        projections: linearOf(weights, `${at}.attn.c_attn`),
        output: linearOf(weights, `${at}.attn.c_proj`),
        norm: normOf(weights, `${at}.ln_1`),
      },
      ...(feedForward && {
        feedForward: {
          up: linearOf(weights, `${at}.mlp.c_fc`),
          down: linearOf(weights, `${at}.mlp.c_proj`),
          norm: normOf(weights, `${at}.ln_2`),
        },
      }),
    };
  });
}
