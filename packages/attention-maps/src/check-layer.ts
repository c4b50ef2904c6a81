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
  checkAffine('output', output, d, undefined);
  checkHeads(attention.length, value, output);
  checkNorm('attentionNorm', attentionNorm, d);
  if (!feedForward) return;
  checkAffine('feedForward.up', feedForward.up, undefined, d);
  if (feedForward.gate) checkAffine('feedForward.gate', feedForward.gate, feedForward.up.weight.rows, d);
  checkAffine('feedForward.down', feedForward.down, d, feedForward.up.weight.rows);
  checkNorm('feedForward.norm', feedForward.norm, d);
}

/** @throws when heads cannot share the columns of the output projection, or value heads the heads, equally. */
function checkHeads(heads: number, value: Affine, output: Affine): void {
  const [columns, rows] = [output.weight.columns, value.weight.rows];
  if (columns % heads !== 0)
    throw new Error(`output.weight has ${columns} columns, which ${heads} heads cannot share equally.`);
  const size = columns / heads;
  if (rows % size !== 0 || heads % (rows / size) !== 0)
    throw new Error(
      `value.weight has ${rows} rows; ${heads} heads of size ${size} need ${columns}, or in grouped-query attention ${size} times a number that divides ${heads}.`,
    );
}

function checkWeights(name: string, weights: Matrix, n: number): void {
  requireFinite(name, weights);
  if (weights.rows !== n || weights.columns !== n)
    throw new Error(`${name} is ${weights.rows} × ${weights.columns}; ${n} tokens need ${n} × ${n}.`);
  for (let i = 0; i < n; i++) {
    let [sum, negative] = [0, false];
    for (let at = i * n; at < (i + 1) * n; at++) {
      sum += weights.data[at];
      negative ||= weights.data[at] < 0;
    }
    if (negative || Math.abs(sum - 1) > ROW_SUM)
      throw new Error(
        `${name} row ${i} ${negative ? 'has a negative weight' : `sums to ${sum}, not 1`}; pass probabilities after the softmax, without dropout.`,
      );
  }
}

function checkAffine(
  name: string,
  { weight, bias }: Affine,
  out: number | undefined,
  columns: number | undefined,
): void {
  requireFinite(`${name}.weight`, weight);
  if ((columns !== undefined && weight.columns !== columns) || (out !== undefined && weight.rows !== out))
    throw new Error(
      `${name}.weight is ${weight.rows} × ${weight.columns}; it must be [out, in] = ${out ?? 'any'} × ${columns ?? 'any'}. Transpose a weight stored as [in, out].`,
    );
  if (bias) checkVector(`${name}.bias`, bias, weight.rows);
}

function checkNorm(name: string, { kind = 'layer', gain, bias, epsilon }: Norm, d: number): void {
  if (kind !== 'layer' && kind !== 'rms') throw new Error(`${name}.kind is "${kind}"; it must be "layer" or "rms".`);
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
