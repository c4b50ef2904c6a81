import { type Float64Matrix, type LinearModel, matrix } from '@interlayer/linalg';
import { requireLambda } from './lambdas';
import { type MinimizeOptions, minimize } from './lbfgs';
import { type SoftmaxRows, softmaxLoss } from './softmax-loss';
import { requireRows } from './train-rows';

/** A probe's weights, and how well they solve its problem. */
export interface FittedModel extends LinearModel {
  lambda: number;
  /** The penalised loss on the train rows. */
  loss: number;
  /** ∞-norm of the loss's gradient. */
  gradientNorm: number;
  /** Of the solver; 0 where the solution is in closed form. */
  iterations: number;
}

export interface LogisticProblem extends SoftmaxRows, MinimizeOptions {
  /** λ ≥ 0. scikit-learn's C is 1 / (λn). */
  lambda: number;
  /** Where to start, such as the model of a larger λ: fewer iterations to the same minimum. */
  start?: LinearModel;
}

/**
 * Multinomial logistic regression: W ([classes, d]) and b ([classes]) that minimise the weighted mean of −ln p(class | row) plus
 * λ/2 · ‖W‖², until the gradient's ∞-norm is below `tolerance` (1e-6). The minimum is unique for λ > 0, so nothing depends on
 * a seed. (Without a penalty, classes that are separated but for ties have no optimum either; the weights are then those at which the
 * gradient fell below the tolerance.) A class without rows has the intercept −∞, which is the limit of its optimum: its probability is 0.
 * @throws when shapes or values do not fit, all rows are of one class, λ = 0 and the classes can be separated (no weights are
 * then the best), or the gradient does not fall below the tolerance.
 */
export function fitLogistic({ lambda, start, tolerance, maxIterations, ...rows }: LogisticProblem): FittedModel {
  requireLambda(lambda);
  const { ids, present } = requireRows(rows);
  const [k, d] = [present.length, rows.X.columns];
  const parameters = new Float64Array(k * (d + 1));
  parameters.set(logShares(ids, k, rows.weights), k * d);
  if (start) {
    const { rows: classes, columns } = start.coefficients;
    if (classes !== rows.classes || columns !== d)
      throw new Error(
        `The model to start from has ${classes} classes and ${columns} columns, not ${rows.classes} and ${d}.`,
      );
    for (const [c, id] of present.entries()) {
      parameters.set(start.coefficients.data.subarray(id * d, (id + 1) * d), c * d);
      if (Number.isFinite(start.intercept[id])) parameters[k * d + c] = start.intercept[id];
    }
  }
  const objective = softmaxLoss({ ...rows, ids, classes: k }, lambda);
  const { x, value, gradientNorm, iterations } = minimize(objective, parameters, { tolerance, maxIterations });
  if (lambda === 0 && separates(x, rows.X, ids, k))
    throw new Error(
      'The classes can be separated, so without a penalty larger weights are always better and there is no optimum; give lambda > 0.',
    );
  const data = new Float64Array(rows.classes * d);
  const intercept = new Float64Array(rows.classes).fill(Number.NEGATIVE_INFINITY);
  for (const [c, id] of present.entries()) {
    data.set(x.subarray(c * d, (c + 1) * d), id * d);
    intercept[id] = x[k * d + c];
  }
  return { coefficients: matrix(data, d), intercept, lambda, loss: value, gradientNorm, iterations };
}

/** The optimal intercepts where the features have no weight: logarithms of the classes' shares, less their mean. */
function logShares(ids: Int32Array, k: number, weights: Float64Array): Float64Array {
  const totals = new Float64Array(k);
  for (const [i, id] of ids.entries()) totals[id] += weights[i];
  const logs = totals.map(Math.log);
  const mean = logs.reduce((a, b) => a + b) / k;
  return logs.map((log) => log - mean);
}

/** Whether every row scores highest, by more than rounding, in its own class. */
function separates(
  parameters: Float64Array,
  { rows, columns, data }: Float64Matrix,
  ids: Int32Array,
  k: number,
): boolean {
  for (let i = 0; i < rows; i++) {
    const scores = Array.from({ length: k }, (_, c) => {
      let score = parameters[k * columns + c];
      for (let j = 0; j < columns; j++) score += parameters[c * columns + j] * data[i * columns + j];
      return score;
    });
    const correct = scores[ids[i]];
    if (scores.some((score, c) => c !== ids[i] && !(correct > score + 1e-9 * Math.abs(score)))) return false;
  }
  return true;
}
