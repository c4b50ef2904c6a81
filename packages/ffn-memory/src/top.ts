import { type Matmul, matmul as plain } from './matmul';
import { type Matrix, requireSameColumns, rowsOf } from './matrix';

export interface ReadoutOptions {
  /** Multiplies a block of rows with the embedding; plain float64 loops unless given. */
  matmul?: Matmul;
  /** Rows read out at once: block × vocabulary numbers are held, never more. 256 unless given. */
  block?: number;
}

/** Calls `use(logits, row)` for each row of `h` with its logits h · Eᵀ, holding one block of them at a time. */
export async function forEachLogits(
  h: Matrix,
  embedding: Matrix,
  { matmul = plain, block = 256 }: ReadoutOptions,
  use: (logits: Float32Array | Float64Array, row: number) => void,
): Promise<void> {
  requireSameColumns('h', h, 'embedding', embedding);
  if (!Number.isInteger(block) || block < 1)
    throw new Error(`block is ${block}; it needs to be a whole number of rows of at least 1.`);
  // A NaN would win or lose every comparison in silence.
  const bad = h.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(`Row ${Math.floor(bad / h.columns)} of h holds ${h.data[bad]}; a readout needs finite numbers.`);
  const vocabulary = embedding.rows;
  for (let from = 0; from < h.rows; from += block) {
    const to = Math.min(from + block, h.rows);
    const logits = await matmul(rowsOf(h, from, to), embedding);
    if (logits.rows !== to - from || logits.columns !== vocabulary)
      throw new Error(
        `matmul gave ${logits.rows} × ${logits.columns} for ${to - from} rows and ${vocabulary} tokens; it must compute a · bᵀ.`,
      );
    for (let row = from; row < to; row++)
      use(logits.data.subarray((row - from) * vocabulary, (row - from + 1) * vocabulary), row);
  }
}

/** Index of the largest value, the first one where several are equal. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** The best token of a row, and the denominator of its softmax: Σ exp(logit − the best logit), in which nothing overflows. */
export function softmaxTop(logits: ArrayLike<number>): { best: number; sum: number } {
  const best = argmax(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - logits[best]!);
  return { best, sum };
}

/**
 * The token that each vector points at: top(h) = argmax(h · Eᵀ), the lowest id where several tie. The readout is linear:
 * a model with a final LayerNorm wants its vectors normalised first.
 *
 * @param h vectors: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @returns a token id for each row: [n]
 */
export async function top(h: Matrix, embedding: Matrix, options: ReadoutOptions = {}): Promise<Int32Array> {
  const tokens = new Int32Array(h.rows);
  await forEachLogits(h, embedding, options, (logits, row) => {
    tokens[row] = argmax(logits);
  });
  return tokens;
}
