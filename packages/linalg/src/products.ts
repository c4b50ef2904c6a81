import { type Float64Matrix, type Matrix, rowsOf } from './matrix';
import { addRowProducts } from './row-products';

/** Rows that are centred, transposed and multiplied at a time: bounds the memory beside the input. */
const BLOCK_ROWS = 1024;

/** Views of up to 1024 rows each. */
export function* rowBlocks(X: Matrix): Generator<Matrix> {
  for (let from = 0; from < X.rows; from += BLOCK_ROWS) yield rowsOf(X, from, Math.min(from + BLOCK_ROWS, X.rows));
}

/** c += a · bᵀ. With `lower`, only the lower triangle of c has a meaning afterwards, until `mirror`. */
export function addProduct(c: Float64Matrix, a: Float64Matrix, b: Float64Matrix, { lower = false } = {}): void {
  addRowProducts(
    { data: c.data, start: 0, stride: c.columns },
    { data: a.data, start: 0, stride: a.columns },
    { data: b.data, start: 0, stride: b.columns },
    a.rows,
    b.rows,
    a.columns,
    { lower },
  );
}

/** Copies the lower triangle of a square matrix onto its upper one. */
export function mirror(c: Float64Matrix): Float64Matrix {
  const { rows: n, data } = c;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j];
  }
  return c;
}
