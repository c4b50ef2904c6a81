import type { Float64Matrix } from '@interlayer/linalg';
import type { Norm } from './layer';
import { type NewArray, newArray } from './reused-arrays';

/**
 * What a norm divides each row by: √(variance + epsilon), the variance over features without Bessel's correction; in RMSNorm
 * the mean of squares in its place: [rows].
 */
export function rowDeviations(
  { rows, columns, data }: Float64Matrix,
  { kind, epsilon }: Pick<Norm, 'kind' | 'epsilon'>,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * columns, (i + 1) * columns);
    const mean = kind === 'rms' ? 0 : meanOf(row);
    let squares = 0;
    for (let k = 0; k < columns; k++) {
      const difference = row[k] - mean;
      squares += difference * difference;
    }
    return Math.sqrt(squares / columns + epsilon);
  });
}

/**
 * The linear part of a norm, (u − mean(u)) / s ⊙ γ for each row u, *with given s*: LN(Σ uⱼ) = Σ of this + β, where s is the
 * deviation of the sum. Each row has its own mean taken off, or none in RMSNorm. β is not added.
 */
export function normalizeRows(
  u: Float64Matrix,
  { kind, gain }: Norm,
  deviation: (row: number) => number,
  arrayOf: NewArray = newArray,
): Float64Matrix {
  const { rows, columns } = u;
  const data = arrayOf(u.data.length);
  const gains = new Float64Array(gain);
  for (let i = 0; i < rows; i++) {
    const row = u.data.subarray(i * columns, (i + 1) * columns);
    const [mean, s] = [kind === 'rms' ? 0 : meanOf(row), deviation(i)];
    const inverse = 1 / s;
    // A row without deviation, of a norm without epsilon: the numerator is 0 too.
    if (s === 0) data.fill(0, i * columns, (i + 1) * columns);
    else for (let k = 0; k < columns; k++) data[i * columns + k] = (row[k] - mean) * inverse * gains[k];
  }
  return { rows, columns, data };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}
