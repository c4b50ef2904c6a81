import { type CausalPoint, stackPoints } from '@interlayer/transformer';
import type { GptConfig } from './config';

/** The named places of a GPT-2, by slot; see the README for what stands at each. */
export type GptPoint = CausalPoint;

/** Every point that a run of these layers fires, in order. */
export function gptPoints(config: GptConfig, order: readonly number[], head = true): GptPoint[] {
  return [
    'embeddings',
    ...stackPoints(order.map((layer) => config.feed_forward[layer]!)),
    ...(config.final_layer_norm ? (['final.norm'] as const) : []),
    ...(head ? (['logits'] as const) : []),
  ];
}
