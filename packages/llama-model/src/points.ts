import { type CausalPoint, stackPoints } from '@interlayer/transformer';

/** The named places of a Llama, by slot; see the README for what stands at each. */
export type LlamaPoint = CausalPoint;

/** Every point that a run of these layers fires, in order. */
export function llamaPoints(order: readonly number[], head = true): LlamaPoint[] {
  return [
    'embeddings',
    ...stackPoints(Array<boolean>(order.length).fill(true), { gated: true, rotary: true }),
    'final.norm',
    ...(head ? (['logits'] as const) : []),
  ];
}
