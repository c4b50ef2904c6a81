/** How often each n-gram of one order occurs, and each context: how often, and followed by how many different tokens. */
function countNgrams(tokens: ArrayLike<number>, order: number, vocabulary: number) {
  const counts = new Map<number, number>();
  const contexts = new Map<number, { total: number; followers: number }>();
  for (let i = 0; i + order <= tokens.length; i++) {
    let key = 0;
    for (let j = 0; j < order - 1; j++) key = key * vocabulary + tokens[i + j];
    const context = contexts.get(key) ?? { total: 0, followers: 0 };
    contexts.set(key, context);
    key = key * vocabulary + tokens[i + order - 1];
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    context.total++;
    if (count === 1) context.followers++;
  }
  let [once, twice] = [0, 0];
  for (const count of counts.values()) {
    if (count === 1) once++;
    if (count === 2) twice++;
  }
  // Without n-grams that occur once there is nothing to estimate the discount from.
  return { counts, contexts, discount: once > 0 ? once / (once + 2 * twice) : 0.5 };
}

/** p(token | context): the context is the text before the token; with only its last n tokens, that of an (n + 1)-gram model. */
export type NgramModel = (token: number, context: ArrayLike<number>) => number;

/**
 * Interpolated n-gram model with absolute discounting (Ney, Essen & Kneser 1994): with c the count of an n-gram, N the
 * count of its context and T the number of different tokens that followed it,
 * p(w | h) = max(c − D, 0) / N + D · T / N · p(w | shorter h), down to the uniform distribution; D = n₁ / (n₁ + 2 n₂) of
 * each order. A context that never occurred defers to the shorter one.
 *
 * @param tokens the text, integers of [0, vocabulary)
 * @throws when vocabulary^order exceeds the integers that float64 represents exactly
 */
export function fitNgram(tokens: ArrayLike<number>, order: number, vocabulary: number): NgramModel {
  if (!(Number.isInteger(order) && order > 0)) throw new Error(`order is ${order}; expected a positive integer`);
  if (vocabulary ** order > Number.MAX_SAFE_INTEGER)
    throw new Error(`${order}-grams of ${vocabulary} tokens have no exact float64 key; use a lower order`);
  for (let i = 0; i < tokens.length; i++)
    if (!(tokens[i] >= 0 && tokens[i] < vocabulary))
      throw new Error(`token ${tokens[i]} at ${i} is outside the vocabulary of ${vocabulary}`);
  const tables = Array.from({ length: order }, (_, i) => countNgrams(tokens, i + 1, vocabulary));
  return (token, context) => {
    let p = 1 / vocabulary;
    let key = 0;
    for (let n = 0; n < Math.min(order, context.length + 1); n++) {
      // The n nearest tokens of the context, the nearest as the last digit.
      if (n > 0) key += context[context.length - n] * vocabulary ** (n - 1);
      const { counts, contexts, discount } = tables[n];
      const seen = contexts.get(key);
      if (!seen) break;
      const count = counts.get(key * vocabulary + token) ?? 0;
      p = (Math.max(count - discount, 0) + discount * seen.followers * p) / seen.total;
    }
    return p;
  };
}

/** Mean −ln p of the tokens of a text but the first, each given at most `order − 1` tokens before it, in nats per token. */
export function ngramLoss(probability: NgramModel, text: Int32Array, order: number): number {
  let sum = 0;
  for (let i = 1; i < text.length; i++)
    sum -= Math.log(probability(text[i], text.subarray(Math.max(0, i - order + 1), i)));
  return sum / (text.length - 1);
}

/** The best that predictions without context can do: the entropy of the tokens' frequencies (nats), the largest frequency. */
export function contextFree(tokens: readonly number[]): { unigramEntropy: number; mostFrequentShare: number } {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / tokens.length);
  return {
    unigramEntropy: shares.reduce((entropy, share) => entropy - share * Math.log(share), 0),
    mostFrequentShare: Math.max(...shares),
  };
}
