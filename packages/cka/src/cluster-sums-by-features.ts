import { columnMeans, type Matmul, type Matrix, matmul, matrix, multiply, rowsOf } from '@interlayer/linalg';
import { ARRAYS, centredRows, type Precision, squaredDistances } from './centre';
import { type ClusterSums, dot } from './cluster-sums';
import type { Estimator } from './estimator';
import { ONE_PAIR } from './pairs';

/** For a compiled product, rows of a cluster are filled up with zeros to a multiple of it: it then meets few shapes. */
const ROWS = 32;
/** Numbers of one side's products that are in memory together. */
const BLOCK = 2 ** 20;

/**
 * What `sumsByItems` gives, of linear kernels, from products of columns, up to a factor that CKA does not see. With Kᵢⱼ = fᵢ · gⱼ and
 * Lᵢⱼ = fᵢ′ · gⱼ′, a sum over two clusters is the inner product of Σ fᵢ fᵢ′ᵀ over the one and Σ gⱼ gⱼ′ᵀ over the other. U-centring
 * adds vᵢ + vⱼ to the product of rows i and j, so f is (x, v, 1) and g is (x, 1, v).
 *
 * @param X [n, p]
 * @param Y [n, q]
 */
export async function sumsByFeatures(
  X: Matrix,
  Y: Matrix,
  sizes: readonly number[],
  { estimator = 'debiased', matmul: multiplier }: { estimator?: Estimator; matmul?: Matmul },
): Promise<ClusterSums[]> {
  const m = sizes.length;
  const precision = multiplier ? 'single' : 'double';
  const product = (a: Matrix, b: Matrix) => multiply(multiplier ?? matmul, a, b);
  const sides = [factorsOf('X', X, sizes, estimator, precision), factorsOf('Y', Y, sizes, estimator, precision)];
  const results: ClusterSums[] = [];
  for (const [k, l] of ONE_PAIR) {
    const [one, other] = [sides[k], sides[l]];
    const sums = new Float64Array(m * m);
    const [features, width] = [one, other].map(({ clusters }) => clusters[0].rows);
    const step = Math.max(3, Math.floor(BLOCK / (m * width)));
    for (let from = 0, to = 0; from < features; from = to) {
      to = Math.min(from + step, features);
      // The last two features change places together.
      if (to === features - 1) to--;
      const size = (to - from) * width;
      const data = new ARRAYS[precision](m * size);
      for (const [c, rows] of one.clusters.entries())
        data.set((await product(rowsOf(rows, from, to), other.clusters[c])).data, c * size);
      const lefts = matrix(data, size);
      const inner = await product(lefts, exchanged(lefts, width, to === features));
      for (let a = 0; a < m; a++)
        for (let b = 0; b <= a; b++) sums[a * m + b] += (a === b ? 1 : 2) * inner.data[a * m + b];
    }
    let item = 0;
    for (const [c, size] of sizes.entries())
      for (const end = item + size; item < end; item++) sums[c * m + c] -= one.surplus[item] * other.surplus[item];
    results.push({ sums, diagonal: dot(one.diagonal, other.diagonal) });
  }
  return results;
}

/** Σ gⱼ gⱼ′ᵀ from Σ fᵢ fᵢ′ᵀ: the last two columns change places, and at the end the last two rows. */
function exchanged({ data, rows, columns }: Matrix, width: number, end: boolean): Matrix {
  const other = data.slice();
  for (let at = width - 2; at < other.length; at += width) [other[at], other[at + 1]] = [other[at + 1], other[at]];
  for (let at = columns; end && at <= other.length; at += columns) {
    const last = other.slice(at - width, at);
    other.copyWithin(at - width, at - 2 * width, at - width);
    other.set(last, at - 2 * width);
  }
  return { rows, columns, data: other };
}

/** The centred Gram matrix of a linear kernel as products of rows. */
interface Factors {
  /** The columns fᵢ of each cluster: [p + 2, rows] */
  clusters: Matrix[];
  /** fᵢ · gᵢ where the centred matrix has a 0: [n] */
  surplus: Float64Array;
  /** Of HKH: [n] */
  diagonal: Float64Array;
}

function factorsOf(
  name: string,
  X: Matrix,
  sizes: readonly number[],
  estimator: Estimator,
  precision: Precision,
): Factors {
  const { rows: n, columns: p } = X;
  const means = columnMeans(X);
  const norms = squaredDistances(name, X, means, precision);
  const total = norms.reduce((sum, value) => sum + value, 0);
  // Rows of length 1 on average: products of four of them stay in the range of float32.
  const square = total / n || 1;
  const diagonal = norms.map((value) => value / square);
  const debiased = estimator === 'debiased';
  const offset = total / square / (2 * (n - 1) * (n - 2));
  const v = diagonal.map((value) => (debiased ? value / (n - 2) - offset : 0));
  const rows = centredRows(X, means, precision).data;
  const scale = Math.sqrt(square);
  let first = 0;
  const clusters = sizes.map((size): Matrix => {
    const columns = precision === 'single' ? Math.ceil(size / ROWS) * ROWS : size;
    const data = new ARRAYS[precision]((p + 2) * columns);
    for (let i = 0; i < size; i++, first++) {
      for (let j = 0; j < p; j++) data[j * columns + i] = rows[first * p + j] / scale;
      data[p * columns + i] = v[first];
      data[(p + 1) * columns + i] = 1;
    }
    return { rows: p + 2, columns, data };
  });
  return {
    clusters,
    surplus: debiased ? diagonal.map((value, i) => value + 2 * v[i]) : new Float64Array(n),
    diagonal,
  };
}
