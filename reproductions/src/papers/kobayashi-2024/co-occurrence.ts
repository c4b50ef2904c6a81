/** Tokens that stand at most so far apart occur together. */
const WINDOW = 10;

/**
 * Pointwise mutual information (nats) of the tokens of each sequence, [n, n] each: how much more often two tokens occur within
 * ten tokens of each other in reference text than their frequencies say. NaN where they never do, for a token and itself, and
 * for what is not part of the text.
 */
export function pmiOf(
  sequences: readonly { ids: readonly number[]; counted: readonly boolean[] }[],
  reference: readonly (readonly number[])[],
  vocabulary: number,
): Float64Array[] {
  const keyOf = (a: number, b: number) => (a < b ? a * vocabulary + b : b * vocabulary + a);
  const asked = new Set(sequences.flatMap(({ ids, counted }) => ids.filter((_, i) => counted[i])));
  const [alone, together] = [new Float64Array(vocabulary), new Map<number, number>()];
  let [tokens, pairs] = [0, 0];
  for (const text of reference)
    for (const [i, a] of text.entries()) {
      tokens++;
      alone[a]! += 1;
      for (let j = Math.max(0, i - WINDOW); j < i; j++) {
        pairs++;
        const b = text[j]!;
        if (!asked.has(a) || !asked.has(b)) continue;
        const key = keyOf(a, b);
        together.set(key, (together.get(key) ?? 0) + 1);
      }
    }
  return sequences.map(({ ids, counted }) => {
    const values = new Float64Array(ids.length ** 2).fill(Number.NaN);
    for (const [i, a] of ids.entries())
      for (const [j, b] of ids.entries()) {
        const count = together.get(keyOf(a, b));
        if (a === b || !counted[i] || !counted[j] || !count) continue;
        // Two orders make one pair.
        values[i * ids.length + j] = Math.log(count / pairs / ((2 * alone[a]! * alone[b]!) / tokens ** 2));
      }
    return values;
  });
}
