import { type Float64Matrix, type Matrix, requireMatrix, zeros } from './matrix';

/** Squares of this side are copied at once, so that neither matrix is walked across its rows for long. */
const SIDE = 32;

/**
 * The transpose, in float64.
 * @throws when `a` is not as long as its shape says.
 */
export function transpose(a: Matrix): Float64Matrix {
  requireMatrix('The matrix to transpose', a);
  const { rows, columns, data } = a;
  const turned = zeros(columns, rows);
  for (let top = 0; top < rows; top += SIDE) {
    const bottom = Math.min(top + SIDE, rows);
    for (let left = 0; left < columns; left += SIDE) {
      const right = Math.min(left + SIDE, columns);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) turned.data[j * rows + i] = data[i * columns + j];
      }
    }
  }
  return turned;
}
