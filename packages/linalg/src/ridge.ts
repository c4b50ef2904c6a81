import { GramAccumulator, type RidgeOptions } from './gram-accumulator';
import type { LinearModel } from './linear-model';
import type { Matmul } from './matmul';
import type { Matrix } from './matrix';

/** Rows (x, y) and how to fit them. */
export interface RidgeProblem extends RidgeOptions {
  /** [n, p] */
  X: Matrix;
  /** [n, q] */
  Y: Matrix;
  /** Multiplies blocks of at most 1024 rows; in float64 here unless given. The solve always is. */
  matmul?: Matmul;
}

/**
 * The W ([q, p]) and b ([q]) that minimise ‖Y − XWᵀ − 1bᵀ‖² + λ‖W‖², by the normal equations. Their condition number is that
 * of X squared: for nearly dependent columns choose λ above about 1e-10 of the largest eigenvalue of XᵀX.
 * @throws when shapes do not fit, a value is not finite, or as `GramAccumulator.ridge` does.
 */
export async function ridge({ X, Y, matmul, ...options }: RidgeProblem): Promise<LinearModel> {
  const moments = new GramAccumulator(X.columns, Y.columns);
  if (matmul) await moments.addBy(matmul, X, Y);
  else moments.add(X, Y);
  return moments.ridge(options);
}
