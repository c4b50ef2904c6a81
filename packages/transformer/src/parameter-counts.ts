import type * as tf from '@tensorflow/tfjs-core';

/** Numbers of parameters by part. A tied matrix counts once, where it is stored. */
export interface ParameterCounts {
  /** The tables and, in BERT, the LayerNorm after them. */
  embeddings: number;
  /** Query, key, value and output projections with their biases. */
  attention: number;
  feedForward: number;
  /** The LayerNorms of the blocks, and a final one. */
  layerNorm: number;
  pooler: number;
  /** Masked-language-model head, classifier, untied readout. */
  head: number;
  total: number;
}

/** Counts of one block of width d with an inner width f: attention 4d² + 4d, feed-forward 2df + f + d, a LayerNorm 2d. */
export const blockCounts = (d: number, f: number) => ({
  attention: 4 * d * d + 4 * d,
  feedForward: 2 * d * f + f + d,
  layerNorm: 2 * d,
});

/** Fills in zeros and the total. */
export function totalled(counts: Partial<Omit<ParameterCounts, 'total'>>): ParameterCounts {
  const parts = { embeddings: 0, attention: 0, feedForward: 0, layerNorm: 0, pooler: 0, head: 0, ...counts };
  return { ...parts, total: Object.values(parts).reduce((sum, count) => sum + count, 0) };
}

/** Adds up the sizes of tensors by the part that their names belong to. */
export function countWeights(
  weights: Readonly<Record<string, tf.Tensor>>,
  partOf: (name: string) => Exclude<keyof ParameterCounts, 'total'>,
): ParameterCounts {
  const counts: Partial<ParameterCounts> = {};
  for (const [name, { size }] of Object.entries(weights)) counts[partOf(name)] = (counts[partOf(name)] ?? 0) + size;
  return totalled(counts);
}
