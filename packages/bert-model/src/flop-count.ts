import { type BertConfigInput, bertConfig } from './config';

/** Floating-point operations of the matrix products in a stack of blocks; a product and its addition count as two. */
export interface FlopCounts {
  attention: number;
  feedForward: number;
  total: number;
}

/**
 * What one token costs in a forward pass through the blocks of a BERT, by formula: per layer 8d² for the four projections and 4nd for
 * scores and mixing in rows of n tokens, and 4df where it has a feed-forward block (16d² at f = 4d). Embeddings, heads and whatever
 * is no matrix product are left out; a training step costs three times as much.
 *
 * @param length tokens of a row, n
 * @throws Error when `length` is not a positive integer.
 */
export function flopsPerToken(config: BertConfigInput, length: number): FlopCounts {
  if (!(Number.isInteger(length) && length > 0)) throw new Error(`length is ${length}; it must be a positive integer.`);
  const { hidden_size: d, intermediate_size: f, num_hidden_layers: layers, feed_forward } = bertConfig(config);
  const attention = layers * (8 * d * d + 4 * length * d);
  const feedForward = feed_forward.filter((present) => present).length * 4 * d * f;
  return { attention, feedForward, total: attention + feedForward };
}
