import { type Float64Matrix, type Matmul, type Matrix, multiply, matmul as plain } from '@interlayer/linalg';
import type { Affine } from './layer';
import { type NewArray, newArray } from './reused-arrays';

/** x · Wᵀ for each row, as float64, free to be changed: what an injected product returns may belong to it. */
export async function product(
  matmul: Matmul,
  x: Matrix,
  weight: Matrix,
  arrayOf: NewArray = newArray,
): Promise<Float64Matrix> {
  if (matmul === plain) return plain(x, weight);
  const { rows, columns, data } = await multiply(matmul, x, weight);
  const copy = arrayOf(data.length);
  copy.set(data);
  return { rows, columns, data: copy };
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

/** a + b, in an array of its own. */
export function plus(a: Float64Matrix, b: Matrix, arrayOf: NewArray = newArray): Float64Matrix {
  const data = arrayOf(a.data.length);
  for (let at = 0; at < data.length; at++) data[at] = a.data[at] + b.data[at];
  return { ...a, data };
}
