import type { Matrix } from '@interlayer/linalg';
import { requireInRange } from './range';

export interface ConeSizeOptions {
  /**
   * `'all'` ordered pairs, each vector with itself included (unless set): the squared length of the mean unit vector. `'distinct'`:
   * pairs of two different rows.
   */
  pairs?: 'all' | 'distinct';
}

export interface ConeSize {
  /** In [0, 1] for all pairs, [−1 / (n − 1), 1] for distinct ones, up to rounding; null where it is undefined. */
  value: number | null;
  /** Why it is undefined; otherwise absent. */
  degenerate?: string;
  /** Rows that are 0 (or whose squares vanish in float64), which have no direction and are left out. */
  zeroVectors: number;
}

/**
 * How narrow the cone of a set of vectors is: the mean cosine over pairs of rows (Zhao et al. 2021), in O(nd).
 * @param Y [n, d]
 * @throws when a value is not finite, or too large to be squared.
 */
export function coneSize(Y: Matrix, { pairs = 'all' }: ConeSizeOptions = {}): ConeSize {
  requireInRange('Y', Y);
  if (pairs !== 'all' && pairs !== 'distinct')
    throw new Error(`pairs is ${JSON.stringify(pairs)}; it is "all" or "distinct".`);
  const { rows, columns } = Y;
  const sum = new Float64Array(columns);
  let directions = 0;
  for (let at = 0; at < rows * columns; at += columns) {
    const y = Y.data.subarray(at, at + columns);
    let square = 0;
    for (let j = 0; j < columns; j++) square += y[j] * y[j];
    if (square === 0) continue;
    directions++;
    for (let j = 0; j < columns; j++) sum[j] += y[j] / Math.sqrt(square);
  }
  const zeroVectors = rows - directions;
  const least = pairs === 'all' ? 1 : 2;
  if (directions < least)
    return {
      value: null,
      degenerate: `${directions} of ${rows} rows have a direction; it takes at least ${least}`,
      zeroVectors,
    };
  const all = sum.reduce((square, value) => square + (value / directions) ** 2, 0);
  return { value: pairs === 'all' ? all : (directions * all - 1) / (directions - 1), zeroVectors };
}
