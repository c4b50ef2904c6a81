import { type Matrix, requireMatrix } from '@interlayer/linalg';

export interface ZeroAgreementInput {
  /** m: [n, cells] */
  coefficients: Matrix;
  /** What each cell promotes (`top` of `readout`): [cells] */
  valueTop: ArrayLike<number>;
  /** What each cell promotes where its coefficient is negative (`top` of `readout` with `side: 'negative'`): [cells]. For gated blocks. */
  reversedTop?: ArrayLike<number>;
  /** What opens each cell of a gated block, g · x + b; a cell is active where that is positive: [n, cells]. */
  gates?: Matrix;
  /** top(y), what the feed-forward block alone predicts: [n] */
  y: ArrayLike<number>;
  /** top(o), what the stream predicts after the block: [n]; needed only for `target: 'o'`. */
  o?: ArrayLike<number>;
}

export interface ZeroAgreementOptions {
  /** The prediction to compare with: the block's (`y`, the paper's definition) or the layer's (`o`, the authors' script). */
  target?: 'y' | 'o';
  /** Over which cells: `all` (the definition), or only those with a positive coefficient, or gate (`active`). */
  cells?: 'all' | 'active';
}

/**
 * For each input, whether *no* memory cell promotes the token that the layer does: ∀i top(vᵢ) ≠ top(y) (Geva et al. 2021,
 * section 5.1). Fewer cells can only agree less often, so `active` is true wherever `all` is. With `reversedTop` a cell promotes the
 * reverse of its value at inputs where its coefficient is negative.
 *
 * @returns n truth values
 */
export function zeroAgreement(
  input: ZeroAgreementInput,
  { target = 'y', cells = 'all' }: ZeroAgreementOptions = {},
): boolean[] {
  const { coefficients, valueTop, reversedTop = valueTop, gates = coefficients } = input;
  requireMatrix('coefficients', coefficients);
  const { rows: n, columns: count } = coefficients;
  const predicted = input[target];
  if (!predicted)
    throw new Error(`target "${target}" needs the predictions "${target}"; give top(${target}) of each row.`);
  for (const [name, tops] of Object.entries({ valueTop, reversedTop }))
    if (tops.length !== count)
      throw new Error(`${name} has ${tops.length} tokens for ${count} cells; it needs one per cell.`);
  requireMatrix('gates', gates);
  if (gates.rows !== n || gates.columns !== count)
    throw new Error(`gates is ${gates.rows} × ${gates.columns}; coefficients is ${n} × ${count}.`);
  if (predicted.length !== n)
    throw new Error(`${target} has ${predicted.length} tokens for ${n} rows of coefficients; it needs one per row.`);
  return Array.from({ length: n }, (_, row) => {
    for (let i = 0; i < count; i++) {
      const at = row * count + i;
      const top = coefficients.data[at]! < 0 ? reversedTop[i] : valueTop[i];
      if (top === predicted[row] && (cells === 'all' || gates.data[at]! > 0)) return false;
    }
    return true;
  });
}
