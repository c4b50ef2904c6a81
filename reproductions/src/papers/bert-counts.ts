import { type BertModel, createBert, parameterCount } from '@interlayer/bert-model';
import type { Figure } from '../claim/schema';

export const BERT_BASE = { vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };

export type Counts = ReturnType<typeof parameterCount>;

/** A small BERT with pooler that is built to count its tensors. */
export function countBuilt(
  config: Omit<Parameters<typeof createBert>[0], 'vocab_size'>,
  count: (model: BertModel) => Counts,
): Counts {
  const options = { vocab_size: 31, max_position_embeddings: 16, ...config };
  const model = createBert(options, { seed: 1, heads: ['pooler'] });
  try {
    return count(model);
  } finally {
    model.dispose();
  }
}

/** How far a count is from what it must be, as what an exact criterion asks. */
export const off = (label: string, count: number, expected: number): { label: string; count: number } => ({
  label: `${label}, difference`,
  count: count - expected,
});

export const shown = (count: number): string => count.toLocaleString('en-US');

/** A count as stacked parts of a bar. */
const partsOf = ({ feedForward, attention, embeddings, layerNorm, pooler }: Counts) => ({
  'feed-forward': feedForward,
  attention,
  embeddings,
  'LayerNorms and pooler': layerNorm + pooler,
});

/** Bars of counts, with the parts in the order given. */
export const bars = (
  title: string,
  counts: readonly (readonly [label: string, counts: Counts, parts: readonly (keyof ReturnType<typeof partsOf>)[]])[],
): Figure => ({
  kind: 'bars',
  title,
  unit: 'parameters',
  bars: counts.map(([label, of, parts]) => ({
    label,
    parts: parts.map((name) => ({ name, value: partsOf(of)[name] })),
  })),
});

/** A feed-forward block after every `period`-th attention block. */
export const every = (layers: number, period: number): boolean[] =>
  Array.from({ length: layers }, (_, layer) => (layer + 1) % period === 0);

/** BERT-base with some of its feed-forward blocks. */
export const baseWith = (feed_forward: boolean[]): Counts => parameterCount({ ...BERT_BASE, feed_forward });
