import { type Matmul, type Matrix, requireFinite, requireSameRows } from '@interlayer/linalg';
import { type Estimator, requireRows } from './estimator';
import type { Kernel } from './kernel';

export interface CkaOptions {
  /** `'debiased'` unless set. The biased estimate of independent data is far above 0 where columns outnumber rows. */
  estimator?: Estimator;
  /** `'linear'` unless set. */
  kernel?: Kernel;
  /**
   * The σ of exp(−‖x − x′‖² / 2σ²), for both sides or for each. Unless set, the median distance between two rows of the side
   * (of 1000 evenly spaced rows where there are more).
   */
  bandwidth?: number | { x?: number; y?: number };
  /** Multiplies large blocks, rounded to float32; float64 loops unless given. All other sums stay in float64. */
  matmul?: Matmul;
}

/** @throws when X and Y do not have the same rows of finite values, or too few for the estimator, or an option is unknown. */
export function requirePair(
  X: Matrix,
  Y: Matrix,
  { estimator = 'debiased', kernel = 'linear', bandwidth }: CkaOptions,
) {
  requireSameRows('X', X, 'Y', Y);
  requireFinite('X', X);
  requireFinite('Y', Y);
  requireRows(X.rows, estimator);
  if (kernel !== 'linear' && kernel !== 'rbf')
    throw new Error(`The kernel is ${JSON.stringify(kernel)}; it is "linear" or "rbf".`);
  if (bandwidth !== undefined && kernel === 'linear')
    throw new Error('A linear kernel has no bandwidth; leave it out, or set the kernel to "rbf".');
}
