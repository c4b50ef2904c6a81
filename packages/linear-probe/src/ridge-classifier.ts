import { GramAccumulator, matmul, matrix, zeros } from '@interlayer/linalg';
import { requireLambda } from './lambdas';
import type { FittedModel } from './logistic';
import type { SoftmaxRows } from './softmax-loss';
import { requireRows } from './train-rows';

/**
 * Least squares on one-hot classes, for each λ: W ([classes, d]) and b ([classes]) that minimise the weighted mean of
 * ½‖onehot − Wx − b‖² plus λ/2 · ‖W‖². It is solved in closed form, and the products of the rows are summed only once. The class
 * of a row is the one with the highest score; scores are not probabilities. A class without rows has the intercept −∞.
 * @throws when shapes or values do not fit, all rows are of one class, or λ is so small that the columns cannot be told apart.
 */
export function fitRidgeClassifiers(rows: SoftmaxRows, lambdas: readonly number[]): FittedModel[] {
  const { present } = requireRows(rows);
  const { X, ids, classes, weights } = rows;
  const [n, d] = [X.rows, X.columns];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [meansX, meansY] = [new Float64Array(d), new Float64Array(classes)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) meansX[j] += (weights[i] / total) * X.data[i * d + j];
    meansY[ids[i]] += weights[i] / total;
  }
  // Centred by hand, because the moments do not know weights; √weight on both sides weights the squares.
  const [x, y] = [zeros(n, d), zeros(n, classes)];
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(weights[i] / total);
    for (let j = 0; j < d; j++) x.data[i * d + j] = root * (X.data[i * d + j] - meansX[j]);
    for (let c = 0; c < classes; c++) y.data[i * classes + c] = root * (Number(c === ids[i]) - meansY[c]);
  }
  const moments = new GramAccumulator(d, classes).add(x, y);
  const [gram, cross, squares] = [moments.gram(), moments.crossProduct(), moments.squares()];

  return lambdas.map((lambda) => {
    requireLambda(lambda);
    const { coefficients } = moments.ridge({ lambda, intercept: false });
    const W = coefficients.data;
    const intercept = new Float64Array(classes).fill(Number.NEGATIVE_INFINITY);
    for (const c of present) {
      intercept[c] = meansY[c];
      for (let j = 0; j < d; j++) intercept[c] -= W[c * d + j] * meansX[j];
    }
    const fitted = matmul(coefficients, gram).data;
    let [loss, gradientNorm] = [squares.reduce((sum, square) => sum + square / 2, 0), 0];
    for (let c = 0; c < classes; c++) {
      for (let j = 0; j < d; j++) {
        const at = c * d + j;
        const side = cross.data[j * classes + c];
        loss += W[at] * (fitted[at] / 2 - side + (lambda / 2) * W[at]);
        gradientNorm = Math.max(gradientNorm, Math.abs(fitted[at] - side + lambda * W[at]));
      }
    }
    return { coefficients: matrix(W, d), intercept, lambda, loss, gradientNorm, iterations: 0 };
  });
}
