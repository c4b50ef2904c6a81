import { type Float64Matrix, type Matrix, requireFinite } from './matrix';

/**
 * The mean of each column, exact for a column of equal values.
 * @throws when there is no row, or a value is not finite.
 */
export function columnMeans(X: Matrix): Float64Array {
  requireFinite('X', X);
  if (X.rows === 0) throw new Error('X has no rows, so its columns have no means; give at least one row.');
  const means = meanOf(X, new Float64Array(X.columns));
  // Rounding has left something; the mean of what is left is the correction.
  const rest = meanOf(X, means);
  return means.map((mean, j) => mean + rest[j]);
}

/** The mean of X − origin, from shares of each value, because a sum can overflow. */
function meanOf({ rows, columns, data }: Matrix, origin: Float64Array): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) means[j] += (data[i * columns + j] - origin[j]) / rows;
  }
  return means;
}

/** X with `means` subtracted from each row. */
export function centredRows(X: Matrix, means: Float64Array): Float64Matrix {
  const data = Float64Array.from(X.data);
  for (let i = 0; i < data.length; i += X.columns) {
    for (let j = 0; j < X.columns; j++) data[i + j] -= means[j];
  }
  return { ...X, data };
}
