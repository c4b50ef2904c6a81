/** Occurrences of the n-grams of one order, sorted by key, so that all continuations of a context are adjacent. */
interface Counts {
  keys: Float64Array;
  /** cumulative[i]: how many of the text's n-grams have a key below keys[i]; one entry longer than keys. */
  cumulative: Float64Array;
  discount: number;
}

/** Index of the first of `keys` that is not below `key`. */
function lowerBound(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function count(tokens: ArrayLike<number>, order: number, vocabulary: number): Counts {
  const all = new Float64Array(Math.max(0, tokens.length - order + 1));
  for (let i = 0; i < all.length; i++) {
    let key = 0;
    for (let j = 0; j < order; j++) key = key * vocabulary + tokens[i + j];
    all[i] = key;
  }
  all.sort();
  const keys: number[] = [];
  const cumulative: number[] = [];
  all.forEach((key, i) => {
    if (i > 0 && key === all[i - 1]) return;
    keys.push(key);
    cumulative.push(i);
  });
  cumulative.push(all.length);
  let once = 0;
  let twice = 0;
  for (let i = 0; i < keys.length; i++) {
    const n = cumulative[i + 1] - cumulative[i];
    if (n === 1) once++;
    else if (n === 2) twice++;
  }
  return {
    keys: Float64Array.from(keys),
    cumulative: Float64Array.from(cumulative),
    // Without n-grams that occur once there is nothing to estimate the discount from.
    discount: once > 0 ? once / (once + 2 * twice) : 0.5,
  };
}

export interface NgramModel {
  readonly order: number;
  /** p(token | context): the context is the text before the token; only its last `order − 1` tokens matter. */
  probability(token: number, context: ArrayLike<number>): number;
}

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
  const tables = Array.from({ length: order }, (_, i) => count(tokens, i + 1, vocabulary));
  return {
    order,
    probability(token, context) {
      let p = 1 / vocabulary;
      let prefix = 0;
      for (let n = 0; n < Math.min(order, context.length + 1); n++) {
        // The n nearest tokens of the context, as the leading digits of a key.
        if (n > 0) prefix += context[context.length - n] * vocabulary ** (n - 1);
        const { keys, cumulative, discount } = tables[n];
        const from = lowerBound(keys, prefix * vocabulary);
        const to = lowerBound(keys, (prefix + 1) * vocabulary);
        const total = cumulative[to] - cumulative[from];
        if (total === 0) break;
        const at = lowerBound(keys, prefix * vocabulary + token);
        const own = at < to && keys[at] === prefix * vocabulary + token ? cumulative[at + 1] - cumulative[at] : 0;
        p = (Math.max(own - discount, 0) + discount * (to - from) * p) / total;
      }
      return p;
    },
  };
}

/** Mean −ln p of the tokens at `places` in a text, each given the text before it, in nats per token. */
export function ngramLoss(model: NgramModel, text: Int32Array, places: Iterable<number>): number {
  let sum = 0;
  let n = 0;
  for (const place of places) {
    sum -= Math.log(model.probability(text[place], text.subarray(Math.max(0, place - model.order + 1), place)));
    n++;
  }
  return sum / n;
}

/** Entropy in nats of the tokens' empirical distribution: the smallest loss that a context-free prediction can have. */
export function unigramEntropy(tokens: Iterable<number>): number {
  const counts = new Map<number, number>();
  let n = 0;
  for (const token of tokens) {
    counts.set(token, (counts.get(token) ?? 0) + 1);
    n++;
  }
  let entropy = 0;
  for (const c of counts.values()) entropy -= (c / n) * Math.log(c / n);
  return entropy;
}
