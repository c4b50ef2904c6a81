import type { LinearModel } from './gram-accumulator';
import { matmul } from './matmul';
import type { MatrixData, MatrixProduct } from './matrix';

/**
 * XW + 1bᵀ, n × q.
 * @param X n × p, for the p that the model was fitted with.
 * @throws when X has another number of columns.
 */
export function predict(
  { coefficients, intercept }: LinearModel,
  X: MatrixData,
  n: number,
  { matmul: multiply = matmul }: { matmul?: MatrixProduct } = {},
): Float64Array {
  const q = intercept.length;
  const p = coefficients.length / q;
  if (X.length !== n * p) throw new Error(`X has ${X.length} values; ${n} rows of ${p} inputs need ${n * p}.`);
  const outputs = Float64Array.from(multiply(Float64Array.from(X), coefficients, n, p, q));
  for (let i = 0; i < outputs.length; i++) outputs[i] += intercept[i % q];
  return outputs;
}
