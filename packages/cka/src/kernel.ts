import { type Matrix, matmul } from '@interlayer/linalg';
import { median } from '@interlayer/stats';

/** x · x′, or exp(−‖x − x′‖² / 2σ²). */
export type Kernel = 'linear' | 'rbf';

/** Rows whose distances the median is taken of. */
const SAMPLE = 1000;

/** The squared distance of two rows from their squared norms and product. Rounding must not make it negative. */
export const squaredDistance = (a: number, b: number, product: number): number => Math.max(0, a + b - 2 * product);

/**
 * The σ of an RBF kernel: as given, or the median distance between two rows (of 1000 evenly spaced rows where there are more).
 * Infinity for equal rows, which makes all of them alike.
 * @param rows centred: [n, p]
 * @param norms the squared norms of the rows: [n]
 * @throws when a given σ is not positive and finite, or the median distance is 0.
 */
export function bandwidthOf(name: string, rows: Matrix, norms: Float64Array, given?: number): number {
  if (given !== undefined) {
    if (!(given > 0 && given < Number.POSITIVE_INFINITY))
      throw new Error(`The bandwidth for ${name} is ${given}; give a positive finite number.`);
    return given;
  }
  if (norms.every((norm) => norm === 0)) return Number.POSITIVE_INFINITY;
  const count = Math.min(rows.rows, SAMPLE);
  const places = Array.from({ length: count }, (_, i) => Math.floor((i * rows.rows) / count));
  const data = new Float64Array(count * rows.columns);
  for (const [i, place] of places.entries())
    data.set(rows.data.subarray(place * rows.columns, (place + 1) * rows.columns), i * rows.columns);
  const sample = { rows: count, columns: rows.columns, data };
  const products = matmul(sample, sample).data;
  const squares = new Float64Array((count * (count - 1)) / 2);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++)
      squares[at++] = squaredDistance(norms[places[i]], norms[places[j]], products[i * count + j]);
  }
  const bandwidth = Math.sqrt(median(squares));
  if (bandwidth === 0)
    throw new Error(
      `At least half of the pairs of rows of ${name} are equal, so their median distance is 0; give a bandwidth.`,
    );
  return bandwidth;
}
