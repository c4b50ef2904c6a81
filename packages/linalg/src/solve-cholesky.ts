import { BLOCK, requireSquare } from './cholesky';
import { type Float64Matrix, type Matrix, requireFinite } from './matrix';
import { addRowProducts } from './row-products';
import { transpose } from './transpose';

/**
 * The n × q solution X of AX = B for A = LLᵀ, with all q right-hand sides at once.
 * @param lower What `cholesky` gives: n × n, lower triangular.
 * @param B n × q.
 * @throws when a shape does not fit, a value of B is not finite, or L has a diagonal entry that is not positive.
 */
export function solveCholesky(lower: Float64Matrix, B: Matrix): Float64Matrix {
  requireSquare('L', lower);
  requireFinite('B', B);
  const { rows: n, data: L } = lower;
  const q = B.columns;
  if (B.rows !== n) throw new Error(`B has ${B.rows} rows and L has ${n}; they need the same number.`);
  for (let i = 0; i < n; i++) {
    if (!(L[i * n + i] > 0))
      throw new Error(`L has ${L[i * n + i]} on its diagonal, in row ${i}; give what cholesky gives.`);
  }
  // One right-hand side a row, so that both sweeps are products of rows.
  const solutions = transpose(B);
  const sides = solutions.data;
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
  const U = transpose(lower).data;
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
  return transpose(solutions);
}
