import { type Float64Matrix, type Matrix, requireMatrix } from './matrix';
import { addRowProducts } from './row-products';

/** Columns that are factored one by one before the rest is updated by one large product. */
export const BLOCK = 48;

/**
 * The lower triangular L with A = LLᵀ, zero above its diagonal. Only the lower triangle of A is read.
 * @throws when A is not square, holds a value that is not finite, or is not positive definite: a pivot that is not above
 * n · 2⁻⁵² of its diagonal entry is only rounding.
 */
export function cholesky(A: Matrix): Float64Matrix {
  requireSquare('A', A);
  const n = A.rows;
  requireFiniteLower(A);
  const L = Float64Array.from(A.data);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let j = start; j < end; j++) {
      const pivot = L[j * n + j] - dot(L, j * n, j * n, start, j);
      if (!(pivot > n * Number.EPSILON * A.data[j * n + j])) {
        throw new Error(
          `The matrix is not positive definite: pivot ${j} is ${pivot}, with ${A.data[j * n + j]} on the diagonal. Its rows depend on each other up to rounding; add a positive multiple of the identity (a ridge penalty) or drop columns.`,
        );
      }
      const root = Math.sqrt(pivot);
      L[j * n + j] = root;
      for (let i = j + 1; i < n; i++) {
        L[i * n + j] = (L[i * n + j] - dot(L, i * n, j * n, start, j)) / root;
      }
    }
    const panel = { data: L, start: end * n + start, stride: n };
    const rest = { data: L, start: end * n + end, stride: n };
    addRowProducts(rest, panel, panel, n - end, n - end, end - start, { sign: -1, lower: true });
  }
  for (let i = 0; i < n; i++) L.fill(0, i * n + i + 1, (i + 1) * n);
  return { rows: n, columns: n, data: L };
}

/** @throws when a matrix is not square. */
export function requireSquare(name: string, a: Matrix): void {
  requireMatrix(name, a);
  if (a.rows !== a.columns) throw new Error(`${name} is ${a.rows} × ${a.columns}; it must be square.`);
}

function requireFiniteLower({ rows, data }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      if (!Number.isFinite(data[i * rows + j]))
        throw new Error(
          `A has ${data[i * rows + j]} in row ${i}, column ${j} (from 0); look for NaN or overflow in its data.`,
        );
    }
  }
}

function dot(L: Float64Array, rowA: number, rowB: number, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += L[rowA + k] * L[rowB + k];
  return sum;
}
