import type { Tokenizer } from '@interlayer/tokenizer';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface MaskOptions {
  /** The same seed and batch give the same masks. Derive one per step with `seedFrom(seed, epoch, index)`. */
  seed: number;
  /** Share of the real tokens to predict, in (0, 1]. Default: 0.15. */
  rate?: number;
  /** Number M of predictions, the same for all batches of one shape. Default: round(rate × B·T), at least 1. */
  slots?: number;
}

/** A batch for masked language modelling. M depends only on the shape of the batch, so a compiled graph can be reused. */
export interface MaskedBatch {
  /** The input ids of the model: [B, T] like the batch. */
  inputIds: Int32Array;
  /** Indices of the predicted tokens into the flat [B·T] batch, ascending: [M]; 0 in unused slots. */
  positions: Int32Array;
  /** The original ids at these positions: [M]; 0 in unused slots. */
  labels: Int32Array;
  /** 1 for a prediction, 0 for an unused slot: [M]. */
  weights: Float32Array;
  /** How many slots are used. */
  count: number;
}

/**
 * Chooses tokens to predict as BERT does (Devlin et al. 2019, section 3.1): of all real tokens, round(rate × their
 * number), at least one and at most M, without replacement; each becomes [MASK] with probability 0.8, a random token with
 * 0.1, and stays the same with 0.1. Special tokens and padding are never chosen. A random token is any but a special one;
 * ids that have no token are never drawn.
 *
 * @param batch flat ids of any shape, and their mask (1 = real, 0 = padding). Without a mask, all ids are real.
 * @throws when the batch has no token to mask, or the tokenizer has no mask token.
 */
export function maskTokens(
  batch: { ids: Int32Array; mask?: ArrayLike<number> },
  tokenizer: Pick<Tokenizer, 'special' | 'specialIds' | 'ids'>,
  { seed, rate = 0.15, slots = Math.max(1, Math.round(rate * batch.ids.length)) }: MaskOptions,
): MaskedBatch {
  const maskId = tokenizer.special.mask;
  if (maskId === undefined) throw new Error('This tokenizer has no mask token, so its tokens cannot be masked.');
  if (!(rate > 0 && rate <= 1)) throw new Error(`rate is the share of tokens to predict, in (0, 1]; it is ${rate}.`);
  if (!Number.isInteger(slots) || slots < 1) throw new Error(`slots must be a positive integer; it is ${slots}.`);
  const special = new Set(tokenizer.specialIds);
  if (special.size >= tokenizer.ids.length)
    throw new Error('The vocabulary has special tokens only, so there is no token to replace others with.');
  const candidates: number[] = [];
  batch.ids.forEach((id, i) => {
    if ((batch.mask ? batch.mask[i] !== 0 : true) && !special.has(id)) candidates.push(i);
  });
  if (candidates.length === 0) {
    throw new Error(`A batch of ${batch.ids.length} ids has no token to mask: all are special tokens or padding.`);
  }

  const generator = xoroshiro128plus(seed);
  const count = Math.min(slots, Math.max(1, Math.round(rate * candidates.length)));
  for (let i = 0; i < count; i++) {
    const j = uniformInt(generator, i, candidates.length - 1);
    [candidates[i], candidates[j]] = [candidates[j]!, candidates[i]!];
  }
  const chosen = candidates.slice(0, count).sort((a, b) => a - b);

  const result: MaskedBatch = {
    inputIds: batch.ids.slice(),
    positions: new Int32Array(slots),
    labels: new Int32Array(slots),
    weights: new Float32Array(slots),
    count,
  };
  chosen.forEach((position, slot) => {
    result.positions[slot] = position;
    result.labels[slot] = batch.ids[position]!;
    result.weights[slot] = 1;
    const draw = uniformInt(generator, 0, 9);
    if (draw < 8) result.inputIds[position] = maskId;
    else if (draw === 8) {
      let id: number;
      do id = tokenizer.ids[uniformInt(generator, 0, tokenizer.ids.length - 1)]!;
      while (special.has(id));
      result.inputIds[position] = id;
    }
  });
  return result;
}
