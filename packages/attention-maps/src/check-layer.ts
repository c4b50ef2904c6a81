import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Affine, Layer, Norm } from './layer';

/** Attention weights of float32 sum to 1 within 1e-6, of float16 within 1e-3 or so; after dropout of 10 % they are off by more. */
const ROW_SUM = 5e-3;

/** @throws when shapes do not fit, a value is not finite, or attention weights do not sum to 1 (as after dropout). */
export function checkLayer({ input, attention, value, output, attentionNorm, feedForward }: Layer): void {
  requireFinite('input', input);
  const { rows: n, columns: d } = input;
  if (n === 0) throw new Error('input has no rows; a map needs at least one token.');
  if (attention.length === 0) throw new Error('attention has no heads; give one matrix of weights for each.');
  for (const [head, weights] of attention.entries()) checkWeights(`attention[${head}]`, weights, n);
  checkAffine('value', value, undefined, d);
  if (value.weight.rows % attention.length !== 0)
    throw new Error(
      `value.weight has ${value.weight.rows} rows, which ${attention.length} heads cannot share equally.`,
    );
  checkAffine('output', output, d, value.weight.rows);
  checkNorm('attentionNorm', attentionNorm, d);
  if (!feedForward) return;
  checkAffine('feedForward.up', feedForward.up, undefined, d);
  checkAffine('feedForward.down', feedForward.down, d, feedForward.up.weight.rows);
  checkNorm('feedForward.norm', feedForward.norm, d);
}

function checkWeights(name: string, weights: Matrix, n: number): void {
  requireFinite(name, weights);
  if (weights.rows !== n || weights.columns !== n)
    throw new Error(`${name} is ${weights.rows} × ${weights.columns}; ${n} tokens need ${n} × ${n}.`);
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(weights.data.subarray(i * n, (i + 1) * n));
    const sum = row.reduce((total, weight) => total + weight, 0);
    const negative = row.some((weight) => weight < 0);
    if (negative || Math.abs(sum - 1) > ROW_SUM)
      throw new Error(
        `${name} row ${i} ${negative ? 'has a negative weight' : `sums to ${sum}, not 1`}; pass probabilities after the softmax, without dropout.`,
      );
  }
}

function checkAffine(name: string, { weight, bias }: Affine, out: number | undefined, columns: number): void {
  requireFinite(`${name}.weight`, weight);
  if (weight.columns !== columns || (out !== undefined && weight.rows !== out))
    throw new Error(
      `${name}.weight is ${weight.rows} × ${weight.columns}; it must be [out, in] = ${out ?? 'any'} × ${columns}. Transpose a weight stored as [in, out].`,
    );
  if (bias) checkVector(`${name}.bias`, bias, weight.rows);
}

function checkNorm(name: string, { gain, bias, epsilon }: Norm, d: number): void {
  checkVector(`${name}.gain`, gain, d);
  if (bias) checkVector(`${name}.bias`, bias, d);
  if (!(epsilon >= 0 && Number.isFinite(epsilon)))
    throw new Error(`${name}.epsilon is ${epsilon}; it must be a finite number of at least 0.`);
}

function checkVector(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length) throw new Error(`${name} has ${values.length} values; it needs ${length}.`);
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(values[i])) throw new Error(`${name} has ${values[i]} at index ${i}; it must be finite.`);
}
