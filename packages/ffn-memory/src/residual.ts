import type { Matrix } from './matrix';
import { forEachLogits, type ReadoutOptions } from './top';

/** Whether the residual stream already points at the model's final token: top(r) = top(o of the last layer), row by row. */
export function residualHit(residualTop: ArrayLike<number>, finalTop: ArrayLike<number>): boolean[] {
  if (residualTop.length !== finalTop.length)
    throw new Error(
      `There are ${residualTop.length} residual tokens and ${finalTop.length} final ones; both need one per row.`,
    );
  return Array.from(residualTop, (token, row) => token === finalTop[row]);
}

/**
 * The probability that the residual stream gives to a token: softmax(r · Eᵀ)[token], in float64 and without overflow.
 *
 * @param residual r: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @param tokens which token to ask for in each row, usually the model's final one: [n]
 * @returns probabilities: [n]
 */
export async function residualConfidence(
  residual: Matrix,
  embedding: Matrix,
  tokens: ArrayLike<number>,
  options: ReadoutOptions = {},
): Promise<Float64Array> {
  if (tokens.length !== residual.rows)
    throw new Error(`There are ${tokens.length} tokens for ${residual.rows} rows; give one per row.`);
  for (let row = 0; row < tokens.length; row++)
    if (!(tokens[row]! >= 0 && tokens[row]! < embedding.rows))
      throw new Error(`Token ${tokens[row]} of row ${row} is not in a vocabulary of ${embedding.rows}.`);
  const confidence = new Float64Array(residual.rows);
  await forEachLogits(residual, embedding, options, (logits, row) => {
    confidence[row] = probability(logits, tokens[row]!);
  });
  return confidence;
}

/** softmax(values)[index], shifted by the largest value so that nothing overflows. */
function probability(values: ArrayLike<number>, index: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - largest);
  return Math.exp(values[index]! - largest) / sum;
}
