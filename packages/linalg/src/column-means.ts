import { type MatrixData, requireMatrix } from './matrix';

/**
 * The mean of every column of an n × p matrix.
 * @throws when there is no row.
 */
export function columnMeans(X: MatrixData, n: number, p: number): Float64Array {
  requireMatrix(X, n, p, 'X');
  if (n === 0) throw new Error('X has no rows, so its columns have no means; give at least one row.');
  const means = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) means[j] += X[i * p + j];
  }
  for (let j = 0; j < p; j++) means[j] /= n;
  return means;
}

/** A float64 copy of rows [from, to), with `means` taken off each row. */
export function centredRows(X: MatrixData, p: number, from: number, to: number, means?: Float64Array): Float64Array {
  const rows = Float64Array.from(X.subarray(from * p, to * p));
  if (means) {
    for (let i = 0; i < rows.length; i += p) {
      for (let j = 0; j < p; j++) rows[i + j] -= means[j];
    }
  }
  return rows;
}
