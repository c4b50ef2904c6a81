/** How rare tokens are among the sentences of a corpus. */
export interface TfIdf {
  /** Number of sentences. */
  sentences: number;
  /** ln((1 + sentences) / (1 + sentences with the token)) + 1 */
  idf(token: number): number;
}

/** Counts the sentences of a corpus in which each token occurs. */
export function fitTfIdf(corpus: Iterable<ArrayLike<number>>): TfIdf {
  const frequency = new Map<number, number>();
  let sentences = 0;
  for (const tokens of corpus) {
    sentences++;
    for (const token of new Set(Array.from(tokens))) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  }
  return { sentences, idf: (token) => Math.log((1 + sentences) / (1 + (frequency.get(token) ?? 0))) + 1 };
}

/**
 * How similar the prefixes of a group are in their words: the mean cosine of their tf-idf vectors over all pairs, without their
 * last tokens. A group above the 99th percentile of random groups has a topic, as far as words show: a proxy.
 *
 * @param prefixes at least two, token ids; one that is empty without its last token is similar to none
 * @returns a mean in [0, 1]
 */
export function meanCosine(prefixes: readonly ArrayLike<number>[], { idf }: TfIdf): number {
  const n = prefixes.length;
  if (n < 2) throw new Error(`A group of ${n} prefixes has no pairs; give at least two.`);
  // The sum over all pairs of unit vectors is (|Σ u|² − Σ |u|²) / 2.
  const sum = new Map<number, number>();
  let nonzero = 0;
  for (const prefix of prefixes) {
    const weights = new Map<number, number>();
    for (const token of Array.from(prefix).slice(0, -1)) weights.set(token, (weights.get(token) ?? 0) + idf(token));
    const length = Math.hypot(...weights.values());
    if (length === 0) continue;
    nonzero++;
    for (const [token, weight] of weights) sum.set(token, (sum.get(token) ?? 0) + weight / length);
  }
  let squared = 0;
  for (const weight of sum.values()) squared += weight * weight;
  return Math.max(0, (squared - nonzero) / (n * (n - 1)));
}
