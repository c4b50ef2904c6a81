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
 * @throws when X has another number of columns.
 */
export async function predict(
  { coefficients, intercept }: LinearModel,
  X: Matrix,
  multiplier: Matmul = matmul,
): Promise<Float64Matrix> {
  requireMatrix('X', X);
  const { rows: q, columns: p } = coefficients;
  if (X.columns !== p) throw new Error(`X has ${X.columns} columns; the model has ${p} inputs.`);
  const data = Float64Array.from((await multiply(multiplier, X, coefficients)).data);
  for (let i = 0; i < data.length; i++) data[i] += intercept[i % q];
  return { rows: X.rows, columns: q, data };
}
