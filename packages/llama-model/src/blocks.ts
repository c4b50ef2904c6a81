import type { BlockWeights, Linear, Norm } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config';

type Weights = Readonly<Record<string, tf.Variable>>;

const linearOf = (weights: Weights, name: string): Linear => ({
  weight: weights[`${name}.weight`] as tf.Tensor as tf.Tensor2D,
  bias: weights[`${name}.bias`] as tf.Tensor as tf.Tensor1D | undefined,
  orientation: 'out-in',
});

export const normOf = (weights: Weights, name: string): Norm => ({
  gain: weights[`${name}.weight`] as tf.Tensor as tf.Tensor1D,
});

/** The layers as blocks, by source layer. */
export function llamaBlocks(weights: Weights, config: LlamaConfig): readonly BlockWeights[] {
  return Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const at = `model.layers.${layer}`;
    return {
      attention: {
        projections: [
          linearOf(weights, `${at}.self_attn.q_proj`),
          linearOf(weights, `${at}.self_attn.k_proj`),
          linearOf(weights, `${at}.self_attn.v_proj`),
        ],
        output: linearOf(weights, `${at}.self_attn.o_proj`),
        norm: normOf(weights, `${at}.input_layernorm`),
      },
      feedForward: {
        gate: linearOf(weights, `${at}.mlp.gate_proj`),
        up: linearOf(weights, `${at}.mlp.up_proj`),
        down: linearOf(weights, `${at}.mlp.down_proj`),
        norm: normOf(weights, `${at}.post_attention_layernorm`),
      },
    };
  });
}
