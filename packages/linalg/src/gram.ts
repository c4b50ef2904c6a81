import { centredRows, columnMeans } from './column-means';
import { type MatrixData, type MatrixProduct, requireMatrix } from './matrix';
import { addGram, BLOCK_ROWS, mirror } from './moments';

export interface ProductOptions {
  /** Take the column means off first (two passes, so nothing cancels). Off unless set. */
  center?: boolean;
  /** Multiplies blocks of at most 1024 rows instead of the float64 kernel here. */
  matmul?: MatrixProduct;
}

/**
 * The p × p Gram matrix XᵀX of an n × p matrix, exactly symmetric.
 * @throws when X is not n × p, or has no rows and is to be centred.
 */
export function gram(
  X: MatrixData,
  n: number,
  p: number,
  { center = false, matmul }: ProductOptions = {},
): Float64Array {
  requireMatrix(X, n, p, 'X');
  const means = center ? columnMeans(X, n, p) : undefined;
  const products = new Float64Array(p * p);
  for (let from = 0; from < n; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, n);
    addGram(products, centredRows(X, p, from, to, means), to - from, p, matmul);
  }
  return mirror(products, p);
}
