import { type Float64Matrix, type Matrix, requireSameColumns, toFloat64, zeros } from './matrix';
import { addRowProducts } from './row-products';

/**
 * a · bᵀ: `a` is [n, d], `b` is [m, d], the product [n, m]. What analyses multiply large matrices with: {@link matmul}
 * unless they are given another one (a tensor backend's, for example), which may be asynchronous and may round to float32.
 */
export type Matmul = (a: Matrix, b: Matrix) => Matrix | Promise<Matrix>;

/**
 * The default {@link Matmul}, a · bᵀ: products of rows with rows, summed in float64.
 * @throws when the two have different numbers of columns.
 */
export function matmul(a: Matrix, b: Matrix): Float64Matrix {
  requireSameColumns('a', a, 'b', b);
  const product = zeros(a.rows, b.rows);
  addRowProducts(
    { data: product.data, start: 0, stride: b.rows },
    { data: toFloat64(a.data), start: 0, stride: a.columns },
    { data: toFloat64(b.data), start: 0, stride: a.columns },
    a.rows,
    b.rows,
    a.columns,
  );
  return product;
}

/**
 * a · bᵀ by an injected product.
 * @throws when its result does not have the shape of a · bᵀ.
 */
export async function multiply(multiplier: Matmul, a: Matrix, b: Matrix): Promise<Matrix> {
  requireSameColumns('a', a, 'b', b);
  const product = await multiplier(a, b);
  if (product.rows !== a.rows || product.columns !== b.rows || product.data.length !== a.rows * b.rows) {
    throw new Error(
      `matmul gave ${product.rows} × ${product.columns} for ${a.rows} and ${b.rows} rows; it must compute a · bᵀ.`,
    );
  }
  return product;
}
