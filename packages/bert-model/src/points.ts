import { type BlockPoint, stackPoints } from '@interlayer/transformer';
import type { BertConfig, BertHead } from './config';

/** The named places of a BERT, by slot; see the README for what stands at each. */
export type BertPoint = 'embeddings' | BlockPoint | 'pooler' | 'classifier.logits' | 'mlm.transform' | 'mlm.logits';

/** Every point that a run of these layers and heads fires, in order. */
export function bertPoints(config: BertConfig, order: readonly number[], heads: readonly BertHead[]): BertPoint[] {
  return [
    'embeddings',
    ...stackPoints(order.map((layer) => config.feed_forward[layer]!)),
    ...(heads.includes('pooler') ? (['pooler'] as const) : []),
    ...(heads.includes('classifier') ? (['classifier.logits'] as const) : []),
    ...(heads.includes('mlm') ? (['mlm.transform', 'mlm.logits'] as const) : []),
  ];
}
