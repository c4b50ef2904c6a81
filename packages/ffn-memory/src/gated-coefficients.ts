import { type Float64Matrix, type Matmul, type Matrix, matmul as plain } from '@interlayer/linalg';
import type { Activation } from './activation';
import { memoryCoefficients } from './memory-coefficients';

/** The first half of a gated feed-forward block (GLU, SwiGLU, GEGLU): two keys to each cell. */
export interface GatedKeys {
  /** g, whose product with x goes through the activation: [cells, d] */
  gate: Matrix;
  /** u, whose product with x is taken as it is: [cells, d] */
  up: Matrix;
  /** [cells]; Llama and its kin have none. */
  gateBias?: ArrayLike<number>;
  /** [cells] */
  upBias?: ArrayLike<number>;
}

/**
 * How strongly each cell of a gated block answers each input: m = f(g · x + b) · (u · x + c), so that the block is Σ mᵢ vᵢ with
 * the rows of the transposed down projection as values.
 *
 * A gated cell has two keys. The gate g decides whether the cell speaks (f is about 0 where g · x is well below 0), the other
 * key u decides how loudly *and with which sign*: unlike ReLU's, coefficients of both signs are common and large. A negative
 * one reverses the value: it promotes the tokens that the value ranks last. So a cell has two lists of triggers, those of
 * large positive and those of large negative coefficients (`side` of `createTriggerScan`), with what it promotes at each
 * (`side` of `readout`), and the coefficient is what is ranked, since no single pre-activation orders it. A cell counts as active where its gate is open, g · x + b > 0:
 * `activeShare(await memoryCoefficients(x, gate, gateBias, 'relu'))`.
 *
 * @param x inputs of the block, after its norm: [n, d]
 * @param activation f; SiLU in SwiGLU, GELU in GEGLU
 * @returns coefficients [n, cells], float64
 */
export async function gatedCoefficients(
  x: Matrix,
  { gate, up, gateBias, upBias }: GatedKeys,
  activation: Activation = 'silu',
  matmul: Matmul = plain,
): Promise<Float64Matrix> {
  if (gate.rows !== up.rows)
    throw new Error(`gate has ${gate.rows} keys and up has ${up.rows}; each cell needs one of each.`);
  const coefficients = await memoryCoefficients(x, gate, gateBias, activation, matmul);
  const loudness = await memoryCoefficients(x, up, upBias, 'identity', matmul);
  for (let i = 0; i < coefficients.data.length; i++) coefficients.data[i]! *= loudness.data[i]!;
  return coefficients;
}
