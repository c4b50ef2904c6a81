import { type BlockWeights, linearOf, normOf, type Weights } from '@interlayer/transformer';
import type { LlamaConfig } from './config';

/** The layers as blocks, by source layer. */
export function llamaBlocks(weights: Weights, config: LlamaConfig): readonly BlockWeights[] {
  return Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const linear = (name: string) => linearOf(weights, `model.layers.${layer}.${name}`, 'out-in');
    const norm = (name: string) => normOf(weights, `model.layers.${layer}.${name}`);
    return {
      attention: {
        projections: [linear('self_attn.q_proj'), linear('self_attn.k_proj'), linear('self_attn.v_proj')],
        output: linear('self_attn.o_proj'),
        norm: norm('input_layernorm'),
      },
      feedForward: {
        gate: linear('mlp.gate_proj'),
        up: linear('mlp.up_proj'),
        down: linear('mlp.down_proj'),
        norm: norm('post_attention_layernorm'),
      },
    };
  });
}
