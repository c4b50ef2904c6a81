import { columnMeans, type Matmul, type Matrix, matmul, multiply, rowsOf } from '@interlayer/linalg';
import { centredRows, squaredDistances } from './centre';
import type { Estimator } from './estimator';
import { bandwidthOf, type Kernel, squaredDistance } from './kernel';

/** Rows of a Gram matrix that are in memory together. */
const BLOCK_ROWS = 256;

/**
 * A Gram matrix, centred so that the inner product of two of them estimates HSIC: HKH for the biased estimator, Székely and
 * Rizzo's U-centring, with a diagonal of zeros, for the debiased one. It is computed block by block, never held.
 */
export interface CentredGram {
  n: number;
  /** The diagonal of HKH, whatever the estimator: [n] */
  diagonal: Float64Array;
  /** Of an RBF kernel. */
  bandwidth?: number;
  /** Rows `from` … `to` − 1, without the columns before `from`, which symmetry gives: [to − from, n − from] */
  block(from: number, to: number): Promise<Float64Array>;
}

export interface GramOptions {
  estimator: Estimator;
  kernel: Kernel;
  bandwidth?: number;
  matmul?: Matmul;
}

/** The spans of rows that a Gram matrix is computed in. */
export function* spans(n: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < n; from += BLOCK_ROWS) yield [from, Math.min(from + BLOCK_ROWS, n)];
}

/**
 * @param X [n, p], finite
 * @throws when the scale of X or a given bandwidth is out of range.
 */
export async function centredGram(
  name: string,
  X: Matrix,
  { estimator, kernel, bandwidth: given, matmul: multiplier }: GramOptions,
): Promise<CentredGram> {
  const n = X.rows;
  const precision = multiplier ? 'single' : 'double';
  const means = columnMeans(X);
  const norms = squaredDistances(name, X, means, precision);
  const rows = centredRows(X, means, precision);
  const bandwidth = kernel === 'rbf' ? bandwidthOf(name, rows, norms, given) : undefined;

  /** The kernel itself, of rows about their mean. */
  async function kernelBlock(from: number, to: number): Promise<Float64Array> {
    const product = await multiply(multiplier ?? matmul, rowsOf(rows, from, to), rowsOf(rows, from, n));
    const values = new Float64Array(product.data);
    const width = n - from;
    for (let i = from; i < to; i++) {
      const start = (i - from) * width;
      if (bandwidth !== undefined) {
        // One less than the kernel, which centring does not see: for a large σ all the digits are in the difference from 1.
        for (let j = 0; j < width; j++)
          values[start + j] = Math.expm1(
            -squaredDistance(norms[i], norms[from + j], values[start + j]) / (2 * bandwidth ** 2),
          );
      }
      values[start + i - from] = bandwidth === undefined ? norms[i] : 0;
    }
    return values;
  }

  // Of rows about their mean, the products add up to 0.
  const sums = bandwidth === undefined ? new Float64Array(n) : await rowSums(n, kernelBlock);
  const self = bandwidth === undefined ? norms : new Float64Array(n);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const debiased = estimator === 'debiased';
  // What is subtracted for each row and column, and added for the whole.
  const offsets = sums.map((sum, i) => (debiased ? (sum - self[i]) / (n - 2) : sum / n));
  const offset = debiased ? self.reduce((sum, value) => sum - value, total) / ((n - 1) * (n - 2)) : total / n ** 2;
  return {
    n,
    bandwidth,
    diagonal: self.map((value, i) => value - (2 * sums[i]) / n + total / n ** 2),
    async block(from, to) {
      const values = await kernelBlock(from, to);
      const width = n - from;
      for (let i = from; i < to; i++) {
        const start = (i - from) * width;
        for (let j = 0; j < width; j++) values[start + j] += offset - offsets[i] - offsets[from + j];
        if (debiased) values[start + i - from] = 0;
      }
      return values;
    },
  };
}

async function rowSums(n: number, block: CentredGram['block']): Promise<Float64Array> {
  const sums = new Float64Array(n);
  for (const [from, to] of spans(n)) {
    const values = await block(from, to);
    for (let i = from; i < to; i++) {
      for (let j = from; j < n; j++) {
        const value = values[(i - from) * (n - from) + j - from];
        sums[i] += value;
        if (j >= to) sums[j] += value;
      }
    }
  }
  return sums;
}
