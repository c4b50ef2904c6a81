import { Matrix as Dense, solve } from 'ml-matrix';
import type { SoftmaxRows } from '../src/index';

/**
 * The oracle: multinomial logistic regression by Newton's method with the full Hessian, written out element by element. A
 * tiny ridge on the intercepts removes their common shift, which has no effect.
 */
export function newton({ X, ids, classes: k, weights }: SoftmaxRows, lambda: number) {
  const [n, d] = [X.rows, X.columns];
  const p = d + 1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const x = (i: number, j: number) => (j < d ? X.data[i * d + j] : 1);
  let theta = Dense.zeros(k * p, 1);
  const lossAt = (at: Dense) => {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const scores = Array.from({ length: k }, (_, c) => {
        let score = 0;
        for (let j = 0; j < p; j++) score += at.get(c * p + j, 0) * x(i, j);
        return score;
      });
      loss += (weights[i] / total) * (Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[ids[i]]);
    }
    for (let c = 0; c < k; c++) for (let j = 0; j < d; j++) loss += (lambda / 2) * at.get(c * p + j, 0) ** 2;
    return loss;
  };
  for (let iteration = 0; iteration < 100; iteration++) {
    const gradient = Dense.zeros(k * p, 1);
    const hessian = Dense.zeros(k * p, k * p);
    for (let i = 0; i < n; i++) {
      const exps = Array.from({ length: k }, (_, c) => {
        let score = 0;
        for (let j = 0; j < p; j++) score += theta.get(c * p + j, 0) * x(i, j);
        return Math.exp(score);
      });
      const sum = exps.reduce((a, b) => a + b);
      const share = weights[i] / total;
      for (let c = 0; c < k; c++) {
        const pc = exps[c] / sum;
        for (let j = 0; j < p; j++) {
          const at = c * p + j;
          gradient.set(at, 0, gradient.get(at, 0) + share * (pc - Number(ids[i] === c)) * x(i, j));
          for (let e = 0; e < k; e++)
            for (let l = 0; l < p; l++)
              hessian.set(
                at,
                e * p + l,
                hessian.get(at, e * p + l) + share * pc * (Number(c === e) - exps[e] / sum) * x(i, j) * x(i, l),
              );
        }
      }
    }
    for (let c = 0; c < k; c++) {
      for (let j = 0; j < p; j++) {
        const at = c * p + j;
        if (j < d) gradient.set(at, 0, gradient.get(at, 0) + lambda * theta.get(at, 0));
        hessian.set(at, at, hessian.get(at, at) + (j < d ? Math.max(lambda, 1e-9) : 1e-9));
      }
    }
    const step = solve(hessian, gradient);
    let size = 1;
    while (lossAt(Dense.sub(theta, Dense.mul(step, size))) > lossAt(theta) + 1e-12 && size > 1e-6) size /= 2;
    theta = Dense.sub(theta, Dense.mul(step, size));
    if (Math.max(...gradient.to1DArray().map(Math.abs)) < 1e-12) break;
  }
  const coefficients = Array.from({ length: k }, (_, c) =>
    Array.from({ length: d }, (_, j) => theta.get(c * p + j, 0)),
  );
  const intercept = Array.from({ length: k }, (_, c) => theta.get(c * p + d, 0));
  return { coefficients: coefficients.flat(), intercept, loss: lossAt(theta) };
}
