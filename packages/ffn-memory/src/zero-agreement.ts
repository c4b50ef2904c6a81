import { type Matrix, requireMatrix } from '@interlayer/linalg';

export interface ZeroAgreementInput {
  /** m: [n, cells] */
  coefficients: Matrix;
  /** What each cell promotes (`top` of `readout`): [cells] */
  valueTop: ArrayLike<number>;
  /** top(y), what the feed-forward block alone predicts: [n] */
  y: ArrayLike<number>;
  /** top(o), what the stream predicts after the block: [n]; needed only for `target: 'o'`. */
  o?: ArrayLike<number>;
}

export interface ZeroAgreementOptions {
  /** The prediction to compare with: the block's (`y`, the paper's definition) or the layer's (`o`, the authors' script). */
  target?: 'y' | 'o';
  /** Over which cells: `all` (the definition), or only those with a positive coefficient (`active`). */
  cells?: 'all' | 'active';
}

/**
 * For each input, whether *no* memory cell promotes the token that the layer does: ∀i top(vᵢ) ≠ top(y) (Geva et al. 2021,
 * section 5.1). Fewer cells can only agree less often, so `active` is true wherever `all` is.
 *
 * @returns n truth values
 */
export function zeroAgreement(
  input: ZeroAgreementInput,
  { target = 'y', cells = 'all' }: ZeroAgreementOptions = {},
): boolean[] {
  const { coefficients, valueTop } = input;
  requireMatrix('coefficients', coefficients);
  const { rows: n, columns: count } = coefficients;
  const predicted = input[target];
  if (!predicted)
    throw new Error(`target "${target}" needs the predictions "${target}"; give top(${target}) of each row.`);
  if (valueTop.length !== count)
    throw new Error(`valueTop has ${valueTop.length} tokens for ${count} cells; it needs one per cell.`);
  if (predicted.length !== n)
    throw new Error(`${target} has ${predicted.length} tokens for ${n} rows of coefficients; it needs one per row.`);
  const promoted = new Set(Array.from(valueTop));
  return Array.from({ length: n }, (_, row) => {
    if (cells === 'all') return !promoted.has(predicted[row]!);
    for (let i = 0; i < count; i++)
      if (coefficients.data[row * count + i]! > 0 && valueTop[i] === predicted[row]) return false;
    return true;
  });
}
