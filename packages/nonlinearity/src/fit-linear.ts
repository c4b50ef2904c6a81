import type { LinearModel, Matmul, Matrix } from '@interlayer/linalg';
import { type FitOptions, LinearFit } from './linear-fit';

export interface FitProblem extends FitOptions {
  /** [n, p] */
  X: Matrix;
  /** [n, q] */
  Y: Matrix;
  /** As of {@link LinearFit}. */
  matmul?: Matmul;
}

/**
 * {@link LinearFit} of rows that are all in memory.
 * @throws as it does.
 */
export async function fitLinear({ X, Y, matmul, ...options }: FitProblem): Promise<LinearModel> {
  const fit = new LinearFit(X.columns, Y.columns, { matmul });
  await fit.add(X, Y);
  return fit.solve(options);
}
