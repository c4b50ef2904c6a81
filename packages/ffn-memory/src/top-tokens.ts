import type { Matrix } from '@interlayer/linalg';
import { forEachLogits, forEachReduced, type ReadoutOptions, requireTokensLeft } from './readout';

/**
 * The k tokens that each vector promotes most, best first; of equal logits the lower id comes first. A positive coefficient does
 * not change the ranking, so the tokens are a memory's own, whatever the input; a negative one reverses it.
 *
 * @param h vectors, such as the values of a layer or its residuals: [n, d]
 * @param embedding one row per token: [vocabulary, d]
 * @param options `k` is 1 unless given
 * @returns token ids: [n · k]
 */
export async function topTokens(
  h: Matrix,
  embedding: Matrix,
  { k = 1, ...options }: ReadoutOptions & { k?: number } = {},
): Promise<Int32Array> {
  const available = requireTokensLeft(options.without ?? [], embedding.rows);
  if (!Number.isInteger(k) || k < 1 || k > available)
    throw new Error(`k is ${k}; it needs to be a whole number from 1 to the ${available} tokens there are.`);
  const tokens = new Int32Array(h.rows * k);
  if (options.reduce) {
    await forEachReduced(h, embedding, options, { k, logitsOf: [], ranksOf: [] }, ({ top }, i, row) => {
      tokens.set(top.subarray(i * k, (i + 1) * k), row * k);
    });
    return tokens;
  }
  await forEachLogits(h, embedding, options, (logits, row) => {
    const best = tokens.subarray(row * k, (row + 1) * k);
    let count = 0;
    for (let token = 0; token < logits.length; token++) {
      if (count === k && !(logits[token]! > logits[best[k - 1]!]!)) continue;
      let place = count < k ? count++ : k - 1;
      for (; place > 0 && logits[token]! > logits[best[place - 1]!]!; place--) best[place] = best[place - 1]!;
      best[place] = token;
    }
  });
  return tokens;
}
