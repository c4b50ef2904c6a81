import {
  type Float64Matrix,
  type Matmul,
  type Matrix,
  multiply,
  matmul as plain,
  requireSameColumns,
} from '@interlayer/linalg';
import { type Activation, activationOf } from './activation';

/**
 * How strongly each memory cell answers each input: m = f(x · Kᵀ + b), the output of a feed-forward block's first half
 * (Geva et al. 2021, section 2).
 *
 * With ReLU every coefficient is ≥ 0. GELU and SiLU have negative ones too (GELU down to about −0.17, SiLU −0.28): such a
 * cell pushes *away* from its value, so it promotes the tokens at the far end of the value's ranking.
 *
 * @param x inputs of the block, after its LayerNorm if it has one: [n, d]
 * @param keys first matrix, one key per row: [cells, d] (many checkpoints store [d, cells]: transpose those)
 * @param bias of the first matrix: [cells]; omit it for a block without one
 * @returns coefficients [n, cells], float64
 */
export async function memoryCoefficients(
  x: Matrix,
  keys: Matrix,
  bias: ArrayLike<number> | undefined,
  activation: Activation,
  matmul: Matmul = plain,
): Promise<Float64Matrix> {
  requireSameColumns('x', x, 'keys', keys);
  if (bias && bias.length !== keys.rows)
    throw new Error(`bias has ${bias.length} values for ${keys.rows} keys; it needs one per key.`);
  const f = activationOf(activation);
  const product = await multiply(matmul, x, keys);
  const data = Float64Array.from(product.data);
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]! + (bias ? bias[i % keys.rows]! : 0));
  return { rows: x.rows, columns: keys.rows, data };
}
