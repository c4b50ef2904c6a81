import { centredRows, columnMeans } from './column-means';
import type { ProductOptions } from './gram';
import { type MatrixData, requireMatrix } from './matrix';
import { addCrossProduct, BLOCK_ROWS } from './moments';

/**
 * The p × q matrix XᵀY of an n × p and an n × q matrix. With `center` both are centred.
 * @throws when X is not n × p or Y not n × q, or there are no rows to centre.
 */
export function crossProduct(
  X: MatrixData,
  Y: MatrixData,
  n: number,
  p: number,
  q: number,
  { center = false, matmul }: ProductOptions = {},
): Float64Array {
  requireMatrix(X, n, p, 'X');
  requireMatrix(Y, n, q, 'Y');
  const meansX = center ? columnMeans(X, n, p) : undefined;
  const meansY = center ? columnMeans(Y, n, q) : undefined;
  const products = new Float64Array(p * q);
  for (let from = 0; from < n; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, n);
    const x = centredRows(X, p, from, to, meansX);
    addCrossProduct(products, x, centredRows(Y, q, from, to, meansY), to - from, p, q, matmul);
  }
  return products;
}
