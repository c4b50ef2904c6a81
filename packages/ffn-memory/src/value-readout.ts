import type { Matrix } from './matrix';
import { forEachLogits, type ReadoutOptions, softmaxTop } from './top';

/** What each value says about the vocabulary. */
export interface ValueReadout {
  /** The token that the value promotes most: [cells] */
  top: Int32Array;
  /** Its probability, the largest of softmax(v · Eᵀ): [cells] */
  probability: Float64Array;
  /** For each list of tokens that was asked for, their ranks; see {@link tokenRank}: [cells] each */
  ranks: Int32Array[];
}

export interface ValueReadoutOptions extends ReadoutOptions {
  /** Lists of a token per cell whose ranks are wanted, −1 for a cell without one: [cells] each */
  tokens?: readonly ArrayLike<number>[];
}

/**
 * Reads all values of a layer out, in one pass that holds block × vocabulary logits at a time: what each promotes, how
 * sharply, and how high it ranks given tokens (Geva et al. 2021, section 4).
 *
 * The ranking does not depend on the coefficient as long as that is positive; the probability does (it is that of the bare
 * value, uncalibrated, and goes to 1/|V| as the value is scaled down). For cells with negative coefficients (gated blocks)
 * hand in the negated values.
 *
 * @param values second feed-forward matrix, one value per row: [cells, d]
 * @param embedding one row per token: [vocabulary, d]
 */
export async function valueReadout(
  values: Matrix,
  embedding: Matrix,
  { tokens = [], ...options }: ValueReadoutOptions = {},
): Promise<ValueReadout> {
  for (const list of tokens) requireTokens(list, values.rows, embedding.rows);
  const found: ValueReadout = {
    top: new Int32Array(values.rows),
    probability: new Float64Array(values.rows),
    ranks: tokens.map(() => new Int32Array(values.rows)),
  };
  await forEachLogits(values, embedding, options, (logits, cell) => {
    const { best, sum } = softmaxTop(logits);
    found.top[cell] = best;
    found.probability[cell] = 1 / sum;
    for (const [i, list] of tokens.entries()) found.ranks[i]![cell] = rankOf(logits, list[cell]!);
  });
  return found;
}

/**
 * How many tokens each vector ranks above a given one: 0 is the best rank. Of equal logits the lower id stands higher, so
 * rank 0 and `top` agree always.
 *
 * @param h vectors: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @param tokens a token for each row, or −1 for none: [n]
 * @returns ranks of [0, vocabulary), −1 where there is no token: [n]
 */
export async function tokenRank(
  h: Matrix,
  embedding: Matrix,
  tokens: ArrayLike<number>,
  options: ReadoutOptions = {},
): Promise<Int32Array> {
  requireTokens(tokens, h.rows, embedding.rows);
  const ranks = new Int32Array(h.rows);
  await forEachLogits(h, embedding, options, (logits, row) => {
    ranks[row] = rankOf(logits, tokens[row]!);
  });
  return ranks;
}

function rankOf(logits: Float32Array | Float64Array, token: number): number {
  if (token < 0) return -1;
  const own = logits[token]!;
  let above = 0;
  for (let other = 0; other < logits.length; other++)
    if (logits[other]! > own || (logits[other] === own && other < token)) above++;
  return above;
}

function requireTokens(tokens: ArrayLike<number>, rows: number, vocabulary: number): void {
  if (tokens.length !== rows)
    throw new Error(`There are ${tokens.length} tokens for ${rows} rows; give one per row, −1 for none.`);
  for (let row = 0; row < rows; row++)
    if (!Number.isInteger(tokens[row]) || tokens[row]! < -1 || tokens[row]! >= vocabulary)
      throw new Error(
        `Token ${tokens[row]} of row ${row} is not in a vocabulary of ${vocabulary}; −1 stands for none.`,
      );
}
