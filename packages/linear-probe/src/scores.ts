import { type Float64Matrix, type LinearModel, type Matrix, matmul } from '@interlayer/linalg';

/** Wx + b of each row: [n, classes] */
export function scoresOf({ coefficients, intercept }: LinearModel, X: Matrix): Float64Matrix {
  const scores = matmul(X, coefficients);
  for (let i = 0; i < scores.data.length; i++) scores.data[i] += intercept[i % intercept.length];
  return scores;
}

/** The class with the highest score in each row, the first one among equals: [n] */
export function predictedClasses({ rows, columns, data }: Float64Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let c = 1; c < columns; c++) if (data[i * columns + c] > data[i * columns + best]) best = c;
    return best;
  });
}

/** −ln softmax of the given class of each row, in nats: [n]; ∞ where the class has no probability. */
export function surprisals({ columns, data }: Float64Matrix, ids: Int32Array): Float64Array {
  return Float64Array.from(ids, (id, i) => {
    const row = data.subarray(i * columns, (i + 1) * columns);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, score) => total + Math.exp(score - most), 0);
    return Math.log(sum) + most - row[id];
  });
}
