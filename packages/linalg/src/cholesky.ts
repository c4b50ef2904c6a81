import { type MatrixData, requireMatrix } from './matrix';
import { addRowProducts } from './row-products';

/** Columns that are factored one by one before the rest is updated by one large product. */
export const BLOCK = 48;

/**
 * The lower triangular L with A = LLᵀ, zero above its diagonal. Only the lower triangle of A is read.
 * @throws when A is not n × n, or not positive definite: a pivot that is not above n · 2⁻⁵² of its diagonal entry is
 * nothing but rounding.
 */
export function cholesky(A: MatrixData, n: number): Float64Array {
  requireMatrix(A, n, n, 'A');
  const L = Float64Array.from(A);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let j = start; j < end; j++) {
      const pivot = L[j * n + j] - dot(L, j * n, j * n, start, j);
      if (!(pivot > n * Number.EPSILON * A[j * n + j])) {
        throw new Error(
          `The matrix is not positive definite: pivot ${j} is ${pivot}, with ${A[j * n + j]} on the diagonal. ${
            Number.isNaN(pivot)
              ? 'Look for NaN or infinite values in the data.'
              : 'Its rows depend on each other up to rounding; add a positive multiple of the identity (a ridge penalty) or drop columns.'
          }`,
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
  return L;
}

function dot(L: Float64Array, rowA: number, rowB: number, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += L[rowA + k] * L[rowB + k];
  return sum;
}
