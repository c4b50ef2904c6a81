import { type BlockWeights, linearOf, normOf, type Weights } from '@interlayer/transformer';
import type { GptConfig } from './config';

/** The layers as blocks, by source layer. */
export function gptBlocks(weights: Weights, config: GptConfig): readonly BlockWeights[] {
  return config.feed_forward.map((feedForward, layer) => {
    const linear = (name: string) => linearOf(weights, `transformer.h.${layer}.${name}`, 'in-out');
    const norm = (name: string) => normOf(weights, `transformer.h.${layer}.${name}`);
    return {
      attention: {
        projections: linear('attn.c_attn'),
        output: linear('attn.c_proj'),
        norm: norm('ln_1'),
      },
      ...(feedForward && {
        feedForward: {
          up: linear('mlp.c_fc'),
          down: linear('mlp.c_proj'),
          norm: norm('ln_2'),
        },
      }),
    };
  });
}
