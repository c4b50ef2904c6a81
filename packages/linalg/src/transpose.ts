import { type MatrixData, requireMatrix } from './matrix';

/** Squares of this side are copied at once, so that neither matrix is walked against its rows for long. */
const SIDE = 32;

/** The columns × rows transpose, in float64. */
export function transpose(a: MatrixData, rows: number, columns: number): Float64Array {
  requireMatrix(a, rows, columns, 'The matrix to transpose');
  const turned = new Float64Array(a.length);
  for (let top = 0; top < rows; top += SIDE) {
    const bottom = Math.min(top + SIDE, rows);
    for (let left = 0; left < columns; left += SIDE) {
      const right = Math.min(left + SIDE, columns);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) turned[j * rows + i] = a[i * columns + j];
      }
    }
  }
  return turned;
}
