import { type Float64Matrix, type Matrix, requireMatrix, zeros } from '@interlayer/linalg';

/**
 * A feed-forward block's output as the sum of its memories: y = Σᵢ mᵢ vᵢ + b (Geva et al. 2021, section 2), in float64.
 * Cells whose coefficient is 0 are skipped, so removing them changes no bit.
 *
 * @param coefficients m: [n, cells]
 * @param values second matrix, one value per row: [cells, d]
 * @param bias of the second matrix: [d]; omit it for a block without one
 * @returns y: [n, d], float64
 */
export function ffnAsMemory(coefficients: Matrix, values: Matrix, bias?: ArrayLike<number>): Float64Matrix {
  requireMatrix('coefficients', coefficients);
  requireMatrix('values', values);
  const { rows: n, columns: cells } = coefficients;
  const d = values.columns;
  if (values.rows !== cells)
    throw new Error(`There are ${cells} coefficients a row but ${values.rows} values; each cell needs one value.`);
  if (bias && bias.length !== d)
    throw new Error(`bias has ${bias.length} values; it needs one for each of ${d} columns.`);
  const output = zeros(n, d);
  for (let row = 0; row < n; row++) {
    const y = output.data.subarray(row * d, (row + 1) * d);
    for (let cell = 0; cell < cells; cell++) {
      const m = coefficients.data[row * cells + cell]!;
      if (m === 0) continue;
      for (let k = 0; k < d; k++) y[k]! += m * values.data[cell * d + k]!;
    }
    if (bias) for (let k = 0; k < d; k++) y[k]! += bias[k]!;
  }
  return output;
}
