import type { EncodeBatchOptions, Tokenizer } from '@interlayer/tokenizer';
import * as tf from '@tensorflow/tfjs-core';
import type { Family } from './family';

/** One text or pair of texts, or several. */
export type Texts = string | readonly (string | readonly [string, string])[];

/** A type alias, so that `tf.tidy` and `tf.dispose` take it as a container of tensors. */
export type EncodedTexts = {
  /** int32 [B, T] */
  ids: tf.Tensor2D;
  /** int32 [B, T], 1 = real, 0 = padding */
  mask: tf.Tensor2D;
  /** int32 [B, T], the segment of each token; for a BERT only */
  types?: tf.Tensor2D;
};

/** Texts as the inputs of a model. The tensors belong to the tidy around the call, or else to the caller. */
export function encodeTexts(
  tokenizer: Tokenizer,
  family: Family,
  texts: Texts,
  options: EncodeBatchOptions = {},
): EncodedTexts {
  const { ids, mask, types, shape } = tokenizer.encodeBatch(typeof texts === 'string' ? [texts] : texts, options);
  const tensor = (values: Int32Array) => tf.tensor2d(values, shape, 'int32');
  return { ids: tensor(ids), mask: tensor(mask), ...(family === 'bert' && { types: tensor(types) }) };
}
