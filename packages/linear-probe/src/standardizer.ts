import { columnMeans, type Float64Matrix, type LinearModel, type Matrix } from '@interlayer/linalg';
import type { Part } from './split';
import { takeRows } from './take-rows';

/** The affine map of each column that gave the train rows mean 0 and standard deviation 1: [d] each. */
export interface Standardizer {
  means: Float64Array;
  /** Standard deviations (over n, not n − 1); 1 for a column of equal values, which becomes zero. */
  scales: Float64Array;
}

/**
 * Fits a standardizer. It takes the train part, not a matrix, so that dev and test rows cannot leak into it.
 * @throws when a train row has a value that is not finite.
 */
export function fitStandardizer(X: Matrix, train: Part<'train'>): Standardizer {
  if (train.name !== 'train') throw new Error(`A standardizer is fitted on train rows, not on those of ${train.name}.`);
  const { rows, columns, data } = takeRows(X, train.rows);
  const means = columnMeans({ rows, columns, data });
  // Deviations in units of the largest one, so that their squares neither overflow nor vanish.
  const largest = new Float64Array(columns);
  for (let i = 0; i < data.length; i++)
    largest[i % columns] = Math.max(largest[i % columns], Math.abs(data[i] - means[i % columns]));
  const squares = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) {
    const j = i % columns;
    if (largest[j] > 0) squares[j] += ((data[i] - means[j]) / largest[j]) ** 2;
  }
  return { means, scales: largest.map((most, j) => (most > 0 ? most * Math.sqrt(squares[j] / rows) : 1)) };
}

/** (X − means) / scales, in float64: [n, d] */
export function standardize(X: Matrix, { means, scales }: Standardizer): Float64Matrix {
  if (X.columns !== means.length)
    throw new Error(`X has ${X.columns} columns; the standardizer was fitted on ${means.length}.`);
  const data = new Float64Array(X.data.length);
  for (let i = 0; i < data.length; i += X.columns)
    for (let j = 0; j < X.columns; j++) data[i + j] = (X.data[i + j] - means[j]) / scales[j];
  return { rows: X.rows, columns: X.columns, data };
}

/** A model of standardized features as one of the features themselves. */
export function forRawFeatures({ coefficients, intercept }: LinearModel, { means, scales }: Standardizer): LinearModel {
  const { columns } = coefficients;
  const data = coefficients.data.map((w, i) => w / scales[i % columns]);
  const shifted = intercept.slice();
  for (let i = 0; i < data.length; i++) shifted[Math.floor(i / columns)] -= data[i] * means[i % columns];
  return { coefficients: { ...coefficients, data }, intercept: shifted };
}
