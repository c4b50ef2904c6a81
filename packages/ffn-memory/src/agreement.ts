/**
 * Whether the token that each value promotes most is that of its key's best trigger (Geva et al. 2021, section 4). With tokens
 * from `triggerTokens(…, 'next')` this is the paper's agreement; with `'last'` it is what the authors' script seems to count. A
 * cell without a trigger does not agree.
 *
 * @param valueTop what each cell promotes (`top` of `readout`): [cells]
 * @param tokens the tokens of each cell's triggers, best trigger first (`triggerTokens`): [cells · t]
 * @returns [cells]; its share of `true` is the layer's agreement rate
 */
export function agreement(valueTop: ArrayLike<number>, tokens: ArrayLike<number>): boolean[] {
  const t = triggersPerCell(valueTop, tokens);
  return Array.from(valueTop, (token, cell) => tokens[cell * t] === token);
}

/**
 * The share of each key's k best triggers whose token is the one that its value promotes most. Missing triggers count as
 * misses, so each result is a multiple of 1/k.
 *
 * @param valueTop what each cell promotes: [cells]
 * @param tokens the tokens of each cell's triggers, best trigger first (`triggerTokens`): [cells · t]
 * @param k at most t
 * @returns shares in [0, 1]: [cells]
 */
export function precisionAt(valueTop: ArrayLike<number>, tokens: ArrayLike<number>, k: number): Float64Array {
  const t = triggersPerCell(valueTop, tokens);
  if (!Number.isInteger(k) || k < 1 || k > t)
    throw new Error(`k is ${k}; it needs to be a whole number from 1 to ${t}, the number of triggers of each cell.`);
  return Float64Array.from(valueTop, (token, cell) => {
    let hits = 0;
    for (let i = 0; i < k; i++) if (tokens[cell * t + i] === token) hits++;
    return hits / k;
  });
}

function triggersPerCell(valueTop: ArrayLike<number>, tokens: ArrayLike<number>): number {
  const t = tokens.length / valueTop.length;
  if (!Number.isInteger(t) || t < 1)
    throw new Error(
      `There are ${tokens.length} trigger tokens for ${valueTop.length} cells; give the same number for each cell, at least one.`,
    );
  return t;
}
