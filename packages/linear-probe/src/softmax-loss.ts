import { addColumnProducts, addRowProducts, type Float64Matrix } from '@interlayer/linalg';
import type { Objective } from './lbfgs';

export interface SoftmaxRows {
  /** [n, d] */
  X: Float64Matrix;
  /** The class of each row, 0 … classes − 1: [n] */
  ids: Int32Array;
  classes: number;
  /** How much each row counts, with a positive sum: [n]. */
  weights: Float64Array;
}

/** Rows that stay in cache between the product for their scores and the one for the gradient. */
const BLOCK = 16;

/**
 * Multinomial logistic regression's loss: the mean of −ln p(class of row | row), weighted, plus λ/2 · ‖W‖². The
 * parameters are W ([classes, d], row-major) and then the intercepts b ([classes]), which are not penalised. Rows are read once for
 * loss and gradient together: an evaluation takes 2 · n · d · classes multiplications.
 */
export function softmaxLoss({ X, ids, classes, weights }: SoftmaxRows, lambda: number): Objective {
  const { rows: n, columns: d, data } = X;
  const intercepts = classes * d;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scores = { data: new Float64Array(BLOCK * classes), start: 0, stride: classes };

  return (parameters, gradient) => {
    const W = { data: parameters, start: 0, stride: d };
    const gradientOfW = { data: gradient, start: 0, stride: d };
    const z = scores.data;
    gradient.fill(0);
    let loss = 0;
    for (let from = 0; from < n; from += BLOCK) {
      const size = Math.min(BLOCK, n - from);
      const rows = { data, start: from * d, stride: d };
      for (let row = 0; row < size; row++)
        for (let c = 0; c < classes; c++) z[row * classes + c] = parameters[intercepts + c];
      addRowProducts(scores, rows, W, size, classes, d);
      for (let row = 0; row < size; row++) {
        const share = weights[from + row] / total;
        loss += share * toResiduals(z, row * classes, classes, ids[from + row], share);
        for (let c = 0; c < classes; c++) gradient[intercepts + c] += z[row * classes + c];
      }
      addColumnProducts(gradientOfW, scores, rows, classes, d, size);
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
  const score = z[at + id] - most;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += z[at + c] = Math.exp(z[at + c] - most);
  for (let c = 0; c < classes; c++) z[at + c] *= share / sum;
  z[at + id] -= share;
  return Math.log(sum) - score;
}
