import type { Matrix } from './matrix';
import { argmax, forEachLogits, type ReadoutOptions } from './top';

/**
 * What each value says about every token: p = softmax(v · Eᵀ), in float64 (Geva et al. 2021, section 4). This is the whole
 * matrix, so for a few values; `valueReadout` and `topTokens` serve a layer at a time.
 *
 * @param values [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @returns probabilities: [n, vocabulary]
 */
export async function valueDistribution(
  values: Matrix,
  embedding: Matrix,
  options: ReadoutOptions = {},
): Promise<Matrix> {
  const size = embedding.rows;
  const data = new Float64Array(values.rows * size);
  await forEachLogits(values, embedding, options, (logits, row) => {
    const p = data.subarray(row * size, (row + 1) * size);
    const largest = logits[argmax(logits)]!;
    let sum = 0;
    for (let token = 0; token < size; token++) sum += p[token] = Math.exp(logits[token]! - largest);
    for (let token = 0; token < size; token++) p[token]! /= sum;
  });
  return { rows: values.rows, columns: size, data };
}
