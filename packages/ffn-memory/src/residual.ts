import type { Matrix } from './matrix';
import { forEachLogits, type ReadoutOptions, softmaxTop } from './top';

/** Whether the residual stream already points at the model's final token: top(r) = top(o of the last layer), row by row. */
export function residualHit(residualTop: ArrayLike<number>, finalTop: ArrayLike<number>): boolean[] {
  if (residualTop.length !== finalTop.length)
    throw new Error(
      `There are ${residualTop.length} residual tokens and ${finalTop.length} final ones; both need one per row.`,
    );
  return Array.from(residualTop, (token, row) => token === finalTop[row]);
}

/** What residuals say about the vocabulary, row by row. */
export interface ResidualReadout {
  /** The token that each points at, top(r): [n] */
  top: Int32Array;
  /** The probability that each gives to the token that was asked for: [n] */
  confidence: Float64Array;
}

/**
 * Reads residuals out in one pass: the token that each points at, and softmax(r · Eᵀ)[token], in float64 and without overflow.
 *
 * @param residual r: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @param tokens which token to ask for in each row, usually the model's final one: [n]
 */
export async function residualReadout(
  residual: Matrix,
  embedding: Matrix,
  tokens: ArrayLike<number>,
  options: ReadoutOptions = {},
): Promise<ResidualReadout> {
  if (tokens.length !== residual.rows)
    throw new Error(`There are ${tokens.length} tokens for ${residual.rows} rows; give one per row.`);
  for (let row = 0; row < tokens.length; row++)
    if (!(tokens[row]! >= 0 && tokens[row]! < embedding.rows))
      throw new Error(`Token ${tokens[row]} of row ${row} is not in a vocabulary of ${embedding.rows}.`);
  const found = { top: new Int32Array(residual.rows), confidence: new Float64Array(residual.rows) };
  await forEachLogits(residual, embedding, options, (logits, row) => {
    const { best, sum } = softmaxTop(logits);
    found.top[row] = best;
    found.confidence[row] = Math.exp(logits[tokens[row]!]! - logits[best]!) / sum;
  });
  return found;
}

/**
 * The probability that the residual stream gives to a token alone; see {@link residualReadout}.
 *
 * @returns probabilities: [n]
 */
export async function residualConfidence(
  residual: Matrix,
  embedding: Matrix,
  tokens: ArrayLike<number>,
  options: ReadoutOptions = {},
): Promise<Float64Array> {
  return (await residualReadout(residual, embedding, tokens, options)).confidence;
}
