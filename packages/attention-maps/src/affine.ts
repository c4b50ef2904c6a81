import { type Float64Matrix, type Matmul, type Matrix, multiply, matmul as plain } from '@interlayer/linalg';
import type { Affine } from './layer';

/** x · Wᵀ for each row, in the precision of the product, free to be changed: what an injected product returns may be its own. */
export async function ownProduct(matmul: Matmul, x: Matrix, weight: Matrix): Promise<Matrix> {
  if (matmul === plain) return plain(x, weight);
  const result = await multiply(matmul, x, weight);
  return { ...result, data: result.data.slice() };
}

/** x · Wᵀ for each row, as float64, free to be changed. */
export async function product(matmul: Matmul, x: Matrix, weight: Matrix): Promise<Float64Matrix> {
  if (matmul === plain) return plain(x, weight);
  const { rows, columns, data } = await multiply(matmul, x, weight);
  return { rows, columns, data: new Float64Array(data) };
}

/** x · Wᵀ + b for each row. */
export async function applyAffine(matmul: Matmul, x: Matrix, { weight, bias }: Affine): Promise<Float64Matrix> {
  const result = await product(matmul, x, weight);
  if (bias) for (let i = 0; i < result.rows; i++) addToRow(result, i, bias);
  return result;
}

/** Adds a vector to one row, in place. */
export function addToRow({ columns, data }: Matrix, row: number, vector: ArrayLike<number>): void {
  for (let k = 0; k < columns; k++) data[row * columns + k] += vector[k];
}

/** Adds b to a, element by element, in a new matrix. */
export function plus(a: Float64Matrix, b: Matrix): Float64Matrix {
  const data = new Float64Array(a.data.length);
  for (let at = 0; at < data.length; at++) data[at] = a.data[at] + b.data[at];
  return { ...a, data };
}
