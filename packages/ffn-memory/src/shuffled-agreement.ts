/** Mean and standard deviation of the number of agreeing cells, over all ways to pair keys with values. */
export interface ShuffledAgreement {
  /** Σ over tokens of (values that promote it) · (keys whose best trigger has it) / cells. */
  mean: number;
  standardDeviation: number;
}

/**
 * The chance level of agreement, in closed form: how many cells would agree if keys and values of a layer were paired at random.
 * Frequent tokens agree by chance far more often than 1/|V|.
 *
 * The number of agreements under a random pairing is a sum over a permutation; its mean and variance are Hoeffding's (1951).
 *
 * @param valueTop what each cell promotes: [cells]
 * @param tokens the token of each cell's best trigger, −1 for none: [cells]
 * @returns counts of cells; divide by the number of cells for rates
 */
export function shuffledAgreement(valueTop: ArrayLike<number>, tokens: ArrayLike<number>): ShuffledAgreement {
  const n = valueTop.length;
  if (tokens.length !== n || n === 0)
    throw new Error(`There are ${n} values and ${tokens.length} trigger tokens; give one of each per cell.`);
  const promoted = countOf(valueTop);
  const wanted = countOf(tokens);
  let pairs = 0;
  let rows = 0;
  let columns = 0;
  for (const [token, values] of promoted) {
    const keys = wanted.get(token) ?? 0;
    pairs += values * keys;
    rows += values * keys * keys;
    columns += keys * values * values;
  }
  // Σ (a − row mean − column mean + mean)² over the n × n table a of which value would agree with which key.
  const squares = pairs - rows / n - columns / n + (pairs / n) ** 2;
  return { mean: pairs / n, standardDeviation: n > 1 ? Math.sqrt(Math.max(0, squares) / (n - 1)) : 0 };
}

function countOf(tokens: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < tokens.length; i++)
    if (tokens[i]! >= 0) counts.set(tokens[i]!, (counts.get(tokens[i]!) ?? 0) + 1);
  return counts;
}
