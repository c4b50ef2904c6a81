import { type Float64Matrix, type Matrix, zeros } from '@interlayer/linalg';
import { argmax, forEachLogits, type ReadoutOptions } from './readout';

/**
 * What each vector says about every token: p = softmax(h · Eᵀ), in float64 (Geva et al. 2021, section 4). This is the whole
 * matrix, so it is for a few vectors; `readout` and `topTokens` serve a layer at a time.
 *
 * @param h vectors: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @returns probabilities: [n, vocabulary]
 */
export async function tokenProbabilities(
  h: Matrix,
  embedding: Matrix,
  options: ReadoutOptions = {},
): Promise<Float64Matrix> {
  const size = embedding.rows;
  const probabilities = zeros(h.rows, size);
  await forEachLogits(h, embedding, options, (logits, row) => {
    const p = probabilities.data.subarray(row * size, (row + 1) * size);
    const largest = logits[argmax(logits)]!;
    let sum = 0;
    for (let token = 0; token < size; token++) sum += p[token] = Math.exp(logits[token]! - largest);
    for (let token = 0; token < size; token++) p[token]! /= sum;
  });
  return probabilities;
}
