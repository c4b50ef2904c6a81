import { type MatrixData, requireMatrix, toFloat64 } from './matrix';
import { addRowProducts } from './row-products';
import { transpose } from './transpose';

/**
 * The m × n product of an m × k and a k × n matrix, in float64.
 * @throws when a length does not fit.
 */
export function matmul(a: MatrixData, b: MatrixData, m: number, k: number, n: number): Float64Array {
  requireMatrix(a, m, k, 'The left factor');
  requireMatrix(b, k, n, 'The right factor');
  const product = new Float64Array(m * n);
  addRowProducts(
    { data: product, start: 0, stride: n },
    { data: toFloat64(a), start: 0, stride: k },
    { data: transpose(b, k, n), start: 0, stride: k },
    m,
    n,
    k,
  );
  return product;
}
