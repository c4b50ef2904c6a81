import {
  type Matmul,
  type Matrix,
  multiply,
  matmul as plain,
  requireFinite,
  requireSameColumns,
  rowsOf,
} from '@interlayer/linalg';
import { requireTokens } from './require-tokens';
import type { TriggerOptions } from './triggers';

type TriggerSide = TriggerOptions['side'];

/** What is asked of the logits h · Eᵀ of each row. */
export interface LogitQuestion {
  /** How many of the top tokens are wanted. */
  k: number;
  /** Tokens that do not count. */
  without: readonly number[];
  /** Lists of one token per row whose logit is wanted: [n] each */
  logitsOf: readonly Int32Array[];
  /** Lists of one token per row whose rank is wanted: [n] each */
  ranksOf: readonly Int32Array[];
}

/** What is kept of the logits of each row. */
export interface ReducedLogits {
  /** The k tokens with the largest logits, best first; of equal logits the lower id first: [n · k] */
  top: Int32Array;
  /** The largest logit: [n] */
  largest: ArrayLike<number>;
  /** Σ exp(logit − largest): [n] */
  sum: ArrayLike<number>;
  /** For each list, the logits of its tokens: [n] each */
  logitsOf: readonly ArrayLike<number>[];
  /** For each list, how many tokens rank above: [n] each */
  ranksOf: readonly ArrayLike<number>[];
}

/** Multiplies rows with the embedding and reduces the logits where they are. */
export type ReduceLogits = (h: Matrix, embedding: Matrix, question: LogitQuestion) => Promise<ReducedLogits>;

export interface ReadoutOptions {
  /** Multiplies a block of rows with the embedding; float64 loops unless given. */
  matmul?: Matmul;
  /**
   * In place of `matmul`, for `readout` and `topTokens`: gives a few numbers per row, so that no block of logits is copied or
   * searched here (`compileReadout` of `@interlayer/tensor-compile` makes one).
   */
  reduce?: ReduceLogits;
  /** Rows that are read out at a time: block × vocabulary numbers are held, never more. 256 unless given. */
  block?: number;
  /**
   * `negative` reads −h: what a memory of a gated block promotes where its coefficient is negative, the triggers of the same
   * `side`. `positive` unless given.
   */
  side?: TriggerSide;
  /** What each dimension of h is multiplied with first, such as the gain of the model's final norm: [d] */
  gain?: ArrayLike<number>;
  /** Rows of the embedding that no token has, for example in a rounded-up vocabulary: they get no probability and no rank. */
  without?: readonly number[];
}

export interface ReadoutRequest extends ReadoutOptions {
  /** Lists of one token per row whose probability is wanted, −1 for a row without one: [n] each. */
  probabilityOf?: readonly ArrayLike<number>[];
  /** Lists of one token per row whose rank is wanted, −1 for a row without one: [n] each. */
  rankOf?: readonly ArrayLike<number>[];
}

/** What each vector says about the vocabulary. */
export interface Readout {
  /** The token that it promotes most, the lowest id where several tie: [n] */
  top: Int32Array;
  /** The probability of that token, the largest of softmax(h · Eᵀ): [n] */
  probability: Float64Array;
  /** For each requested list, softmax(h · Eᵀ)[token], NaN for no token: [n] each */
  probabilityOf: Float64Array[];
  /**
   * For each requested list, the number of tokens that rank above the given one: 0 is the best rank, −1 for no token. Of equal
   * logits the lower id ranks higher, so rank 0 and `top` always agree: [n] each
   */
  rankOf: Int32Array[];
}

/**
 * Reads vectors (values of memories, residuals, outputs) out by the embedding, in one pass that holds block × vocabulary logits
 * at a time: what each promotes, how sharply, and what it says about given tokens (Geva et al. 2021, sections 4 and 5).
 *
 * The readout is linear: a model with a final LayerNorm wants its vectors normalised first. The ranking does not depend on a
 * memory's coefficient as long as that is positive; the probability does (it is that of the bare vector, uncalibrated, and
 * tends to 1/|V| as the vector is scaled down). A memory with a negative coefficient (gated blocks) promotes what `side: 'negative'`
 * reads. Where the stream passes a norm before the embedding, read values with the `gain` of that norm too, and report both.
 *
 * @param h vectors: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @throws when shapes do not fit, h holds a number that is not finite, or a token is not in the vocabulary
 */
export async function readout(
  h: Matrix,
  embedding: Matrix,
  { probabilityOf = [], rankOf = [], ...options }: ReadoutRequest = {},
): Promise<Readout> {
  for (const list of [...probabilityOf, ...rankOf]) requireTokens(list, h.rows, embedding.rows);
  const result: Readout = {
    top: new Int32Array(h.rows),
    probability: new Float64Array(h.rows),
    probabilityOf: probabilityOf.map(() => new Float64Array(h.rows)),
    rankOf: rankOf.map(() => new Int32Array(h.rows)),
  };
  if (options.reduce) {
    const [probed, ranked] = [probabilityOf, rankOf].map((lists) => lists.map((list) => Int32Array.from(list)));
    await forEachReduced(h, embedding, options, { k: 1, logitsOf: probed!, ranksOf: ranked! }, (reduced, i, row) => {
      const [largest, sum] = [reduced.largest[i]!, reduced.sum[i]!];
      result.top[row] = reduced.top[i]!;
      result.probability[row] = 1 / sum;
      for (const [at, list] of probed!.entries())
        result.probabilityOf[at]![row] =
          list[row]! < 0 ? Number.NaN : Math.exp(reduced.logitsOf[at]![i]! - largest) / sum;
      for (const [at, list] of ranked!.entries())
        result.rankOf[at]![row] = list[row]! < 0 ? -1 : reduced.ranksOf[at]![i]!;
    });
    return result;
  }
  await forEachLogits(h, embedding, options, (logits, row) => {
    const best = argmax(logits);
    const largest = logits[best]!;
    let sum = 0;
    for (let token = 0; token < logits.length; token++) sum += Math.exp(logits[token]! - largest);
    result.top[row] = best;
    result.probability[row] = 1 / sum;
    for (const [i, list] of probabilityOf.entries())
      result.probabilityOf[i]![row] = list[row]! < 0 ? Number.NaN : Math.exp(logits[list[row]!]! - largest) / sum;
    for (const [i, list] of rankOf.entries()) result.rankOf[i]![row] = rank(logits, list[row]!);
  });
  return result;
}

/** Calls `use(logits, row)` for each row of `h` with its logits h · Eᵀ, holding one block of them at a time. */
export async function forEachLogits(
  h: Matrix,
  embedding: Matrix,
  { matmul = plain, ...options }: ReadoutOptions,
  use: (logits: Float32Array | Float64Array, row: number) => void,
): Promise<void> {
  const { without = [] } = options;
  const vocabulary = embedding.rows;
  for (const { rows, from } of blocksOf(h, embedding, options)) {
    const { data } = await multiply(matmul, rows, embedding);
    for (let i = 0; i < rows.rows; i++) {
      const [start, end] = [i * vocabulary, (i + 1) * vocabulary];
      // The product may belong to the caller's matmul, so a copy is changed.
      const logits = without.length === 0 ? data.subarray(start, end) : data.slice(start, end);
      for (const token of without) logits[token] = Number.NEGATIVE_INFINITY;
      use(logits, from + i);
    }
  }
}

/** Calls `use(reduced, i, row)` for each row of `h`, what is kept of its logits being number i of a block. */
export async function forEachReduced(
  h: Matrix,
  embedding: Matrix,
  { reduce, ...options }: ReadoutOptions,
  { k, logitsOf, ranksOf }: Omit<LogitQuestion, 'without'>,
  use: (reduced: ReducedLogits, i: number, row: number) => void,
): Promise<void> {
  const { without = [] } = options;
  for (const { rows, from } of blocksOf(h, embedding, options)) {
    // A row without a token asks for the first one, and the answer is not used.
    const ofBlock = (lists: readonly Int32Array[]) =>
      lists.map((list) => list.slice(from, from + rows.rows).map((token) => Math.max(token, 0)));
    const question = { k, without, logitsOf: ofBlock(logitsOf), ranksOf: ofBlock(ranksOf) };
    const reduced = await reduce!(rows, embedding, question);
    for (let i = 0; i < rows.rows; i++) use(reduced, i, from + i);
  }
}

/** Blocks of rows as they are read out, and the number of the first row of each. */
function* blocksOf(
  h: Matrix,
  embedding: Matrix,
  { block = 256, without = [], ...direction }: ReadoutOptions,
): Generator<{ rows: Matrix; from: number }> {
  requireSameColumns('h', h, 'embedding', embedding);
  // A NaN would silently win or lose every comparison.
  requireFinite('h', h);
  if (!Number.isInteger(block) || block < 1)
    throw new Error(`block is ${block}; it needs to be a whole number of rows of at least 1.`);
  requireTokensLeft(without, embedding.rows);
  const factors = factorsOf(direction, h.columns);
  for (let from = 0; from < h.rows; from += block) {
    const rows = rowsOf(h, from, Math.min(from + block, h.rows));
    yield {
      rows: factors ? { ...rows, data: rows.data.map((value, at) => value * factors[at % h.columns]!) } : rows,
      from,
    };
  }
}

/** What each dimension is multiplied with; undefined where vectors are read as they are. */
function factorsOf({ side = 'positive', gain }: Pick<ReadoutOptions, 'side' | 'gain'>, d: number) {
  if (side !== 'positive' && side !== 'negative')
    throw new Error(`side is "${side}"; it must be "positive" or "negative".`);
  if (gain && gain.length !== d) throw new Error(`gain has ${gain.length} values; h has ${d} columns.`);
  if (!gain && side === 'positive') return undefined;
  const sign = side === 'positive' ? 1 : -1;
  const factors = Float64Array.from({ length: d }, (_, k) => sign * (gain?.[k] ?? 1));
  requireFinite('gain', { rows: 1, columns: d, data: factors });
  return factors;
}

/**
 * How many tokens a vocabulary has without some rows.
 * @throws when one of them is not a row, or none is left.
 */
export function requireTokensLeft(without: readonly number[], vocabulary: number): number {
  for (const token of without)
    if (!Number.isInteger(token) || token < 0 || token >= vocabulary)
      throw new Error(`without holds ${token}; the embedding has the rows 0 to ${vocabulary - 1}.`);
  const remaining = vocabulary - new Set(without).size;
  if (remaining === 0) throw new Error(`without holds all ${vocabulary} rows of the embedding; no token is left.`);
  return remaining;
}

/** Index of the largest value, the first one where several are equal. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function rank(logits: Float32Array | Float64Array, token: number): number {
  if (token < 0) return -1;
  const logit = logits[token]!;
  let above = 0;
  for (let other = 0; other < logits.length; other++)
    if (logits[other]! > logit || (logits[other] === logit && other < token)) above++;
  return above;
}
