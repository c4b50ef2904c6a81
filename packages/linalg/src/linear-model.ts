import { centredRows, columnMeans } from './column-means';
import { type Matmul, matmul, multiply } from './matmul';
import { type Float64Matrix, type Matrix, requireMatrix } from './matrix';

/** A linear map of p inputs to q outputs: y = Wx + b. */
export interface LinearModel {
  /** W, one row for each output: [q, p]. */
  coefficients: Float64Matrix;
  /** b: [q]; zeros where no intercept was fitted. */
  intercept: Float64Array;
}

/**
 * X · Wᵀ + b for each row of X: [n, q].
 * @param X [n, p], for the p that the model was fitted with.
 * @param multiplier An injected product, which gets X about its column means, so that no offset costs it digits.
 * @throws when X has another number of columns, or is not finite and the product is injected.
 */
export async function predict(model: LinearModel, X: Matrix, multiplier?: Matmul): Promise<Float64Matrix> {
  requireMatrix('X', X);
  const { coefficients, intercept } = model;
  if (X.columns !== coefficients.columns)
    throw new Error(`X has ${X.columns} columns; the model has ${coefficients.columns} inputs.`);
  if (!multiplier || X.rows === 0) return plus(matmul(X, coefficients), intercept);
  const means = columnMeans(X);
  const product = await multiply(multiplier, centredRows(X, means), coefficients);
  const centre = plus(matmul({ rows: 1, columns: means.length, data: means }, coefficients), intercept);
  return plus({ ...product, data: Float64Array.from(product.data) }, centre.data);
}

/** Adds b to each row, in place. */
function plus(product: Float64Matrix, b: Float64Array): Float64Matrix {
  for (let i = 0; i < product.data.length; i++) product.data[i] += b[i % b.length];
  return product;
}
