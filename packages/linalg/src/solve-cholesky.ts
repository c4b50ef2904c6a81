import { BLOCK } from './cholesky';
import { type MatrixData, requireMatrix } from './matrix';
import { addRowProducts } from './row-products';
import { transpose } from './transpose';

/**
 * The n × q solution X of AX = B for A = LLᵀ, with all q right-hand sides at once.
 * @param L What `cholesky` gives: n × n, lower triangular.
 * @param B n × q.
 * @throws when a length does not fit.
 */
export function solveCholesky(L: Float64Array, B: MatrixData, n: number, q: number): Float64Array {
  requireMatrix(L, n, n, 'L');
  requireMatrix(B, n, q, 'B');
  // One right-hand side a row, so that both sweeps are products of rows.
  const sides = transpose(B, n, q);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    addRowProducts(
      { data: sides, start, stride: n },
      { data: sides, start: 0, stride: n },
      { data: L, start: start * n, stride: n },
      q,
      end - start,
      start,
      { sign: -1 },
    );
    for (let side = 0; side < q * n; side += n) {
      for (let i = start; i < end; i++) {
        let sum = sides[side + i];
        for (let k = start; k < i; k++) sum -= L[i * n + k] * sides[side + k];
        sides[side + i] = sum / L[i * n + i];
      }
    }
  }
  const U = transpose(L, n, n);
  for (let end = n; end > 0; end -= BLOCK) {
    const start = Math.max(end - BLOCK, 0);
    addRowProducts(
      { data: sides, start, stride: n },
      { data: sides, start: end, stride: n },
      { data: U, start: start * n + end, stride: n },
      q,
      end - start,
      n - end,
      { sign: -1 },
    );
    for (let side = 0; side < q * n; side += n) {
      for (let i = end - 1; i >= start; i--) {
        let sum = sides[side + i];
        for (let k = i + 1; k < end; k++) sum -= U[i * n + k] * sides[side + k];
        sides[side + i] = sum / U[i * n + i];
      }
    }
  }
  return transpose(sides, q, n);
}
