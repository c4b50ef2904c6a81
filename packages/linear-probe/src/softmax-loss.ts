import type { Float64Matrix } from '@interlayer/linalg';
import type { Objective } from './lbfgs';
import { gradientTile, scoreTile } from './row-tiles';

export interface SoftmaxRows {
  /** [n, d] */
  X: Float64Matrix;
  /** The class of each row, 0 … classes − 1: [n] */
  ids: Int32Array;
  classes: number;
  /** How much each row counts, with a positive sum: [n]. */
  weights: Float64Array;
}

/**
 * Multinomial logistic regression's loss: the mean of −ln p(class of row | row), weighted, plus λ/2 · ‖W‖². The
 * parameters are W ([classes, d], row-major) and then the intercepts b ([classes]), which are not penalised. Rows are read once for
 * loss and gradient together: an evaluation takes 2 · n · d · classes multiplications.
 */
export function softmaxLoss({ X, ids, classes, weights }: SoftmaxRows, lambda: number): Objective {
  const { rows: n, columns: d, data } = X;
  const intercepts = classes * d;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Scores, then residuals of four rows; one place more than classes, for the pair of an odd one.
  const stride = classes + 1;
  const z = new Float64Array(4 * stride);

  return (parameters, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0, size = 4; i < n; i += size) {
      // What is left of a tile goes row by row: the tile's other rows are that row again, and their residuals are zero.
      size = n - i < 4 ? 1 : 4;
      const step = size === 4 ? d : 0;
      for (let c = 0; c < classes; c += 2) {
        const second = Math.min(c + 1, classes - 1) * d;
        scoreTile(z, c, stride, data, i * d, step, parameters, c * d, second, d);
      }
      z.fill(0, size * stride);
      for (let row = 0; row < size; row++) {
        const at = row * stride;
        const share = weights[i + row] / total;
        for (let c = 0; c < classes; c++) z[at + c] += parameters[intercepts + c];
        z[at + classes] = 0;
        loss += share * toResiduals(z, at, classes, ids[i + row], share);
        for (let c = 0; c < classes; c++) gradient[intercepts + c] += z[at + c];
      }
      for (let c = 0; c < classes; c += 2) {
        const second = Math.min(c + 1, classes - 1) * d;
        gradientTile(gradient, c * d, second, data, i * d, step, z, c, stride, d);
      }
    }
    let squares = 0;
    for (let j = 0; j < intercepts; j++) {
      squares += parameters[j] * parameters[j];
      gradient[j] += lambda * parameters[j];
    }
    return loss + (lambda / 2) * squares;
  };
}

/** Replaces a row's scores by share · (softmax − one-hot class), and gives −ln softmax of the class. */
function toResiduals(z: Float64Array, at: number, classes: number, id: number, share: number): number {
  let most = z[at];
  for (let c = 1; c < classes; c++) if (z[at + c] > most) most = z[at + c];
  const own = z[at + id] - most;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += z[at + c] = Math.exp(z[at + c] - most);
  for (let c = 0; c < classes; c++) z[at + c] *= share / sum;
  z[at + id] -= share;
  return Math.log(sum) - own;
}
