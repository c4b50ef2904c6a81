import type { Matrix } from './matrix';

/**
 * a · bᵀ: `a` is [n, d], `b` is [m, d], the product [n, m]. Give one of your own (a tensor library's, say) where the
 * default is too slow; it may be asynchronous and may round to float32.
 */
export type Matmul = (a: Matrix, b: Matrix) => Matrix | Promise<Matrix>;

/** The default {@link Matmul}: plain loops, sums in float64, a float64 result. */
export function matmul(a: Matrix, b: Matrix): Matrix {
  const width = a.columns;
  const data = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += a.data[i * width + k]! * b.data[j * width + k]!;
      data[i * b.rows + j] = sum;
    }
  }
  return { rows: a.rows, columns: b.rows, data };
}
