import { GramAccumulator, type LinearModel, type RidgeOptions } from './gram-accumulator';
import type { MatrixData, MatrixProduct } from './matrix';

/** Rows (x, y) and how to fit them. */
export interface RidgeProblem extends RidgeOptions {
  /** n × p. */
  X: MatrixData;
  /** n × q. */
  Y: MatrixData;
  n: number;
  p: number;
  q: number;
  /** Multiplies the block products; see {@link MatrixProduct}. The solve stays in float64. */
  matmul?: MatrixProduct;
}

/**
 * The W (p × q) and b (q) that minimise ‖Y − XW − 1bᵀ‖² + λ‖W‖², by the normal equations. Their condition number is that
 * of X squared: for nearly dependent columns choose λ above about 1e-10 of the largest eigenvalue of XᵀX.
 * @throws as `GramAccumulator.ridge` does, and when a length does not fit.
 */
export function ridge({ X, Y, n, p, q, matmul, ...options }: RidgeProblem): LinearModel {
  return new GramAccumulator(p, q, { matmul }).add(X, n, Y).ridge(options);
}
