import {
  columnMeans,
  type Float64Matrix,
  type Matmul,
  type Matrix,
  matmul,
  multiply,
  rowsOf,
  zeros,
} from '@interlayer/linalg';
import { aboutMeans, type MomentsOfSide } from './about-means';
import { centredColumns, type Precision, squaredDistances } from './centre';
import { type Estimate, type Estimator, estimateFrom } from './estimator';
import type { Pair } from './pairs';

/** Rows that are multiplied at a time: bounds the memory beside the sums, and the rounding of a float32 product. */
const BLOCK_ROWS = 1024;

/** What is kept of one representation, all about an origin near its mean. */
interface Representation {
  name: string;
  /** The mean of the first block: [p] */
  origin: Float64Array;
  /** Σ x: [p] */
  sum: Float64Array;
  /** Row l holds Σᵢ ‖zᵢ‖² xᵢ, where z are the rows of representation l: [representations, p] */
  weighted: Float64Matrix;
}

/**
 * Sums over rows that arrive in batches, from which both estimators of HSIC with linear kernels follow exactly as from all rows
 * at once. Memory is p · q doubles for each pair, whatever the number of rows.
 *
 * With the rows centred, ‖XᵀY‖² is the inner product of the Gram matrices and ‖xᵢ‖² their diagonals. The means are known
 * only at the end, so everything is summed about origins, and the polynomials in x − mean are expanded then.
 */
export class LinearSums {
  readonly precision: Precision;
  readonly #names: readonly string[];
  readonly #pairs: readonly Pair[];
  readonly #matmul: Matmul;
  #representations: Representation[] | undefined;
  /** Σ xyᵀ of each pair: [p, q] */
  #products: Float64Matrix[] = [];
  /** Σᵢ ‖xᵢ‖² ‖zᵢ‖² for all representations x and z. */
  readonly #norms: Float64Matrix;
  /** Σᵢ ‖xᵢ‖² of each representation. */
  readonly #totals: Float64Array;
  #n = 0;

  /** @param multiplier Computes the products of blocks in float32; float64 loops unless given. */
  constructor(names: readonly string[], pairs: readonly Pair[], multiplier?: Matmul) {
    this.precision = multiplier ? 'single' : 'double';
    this.#names = names;
    this.#pairs = pairs;
    this.#matmul = multiplier ?? matmul;
    this.#norms = zeros(names.length, names.length);
    this.#totals = new Float64Array(names.length);
  }

  /** Rows so far. */
  get n(): number {
    return this.#n;
  }

  /**
   * Adds rows of every representation, in the order of the names: at least one, the same number for all, of finite values.
   * If it throws, a part may have been added.
   */
  async add(matrices: readonly Matrix[]): Promise<void> {
    const { rows } = matrices[0];
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      await this.#addBlock(matrices.map((X) => rowsOf(X, from, Math.min(from + BLOCK_ROWS, rows))));
    }
  }

  async #addBlock(matrices: readonly Matrix[]): Promise<void> {
    const { precision } = this;
    const names = this.#names;
    const n = matrices[0].rows;
    const means = matrices.map(columnMeans);
    this.#representations ??= matrices.map(({ columns }, k) => ({
      name: names[k],
      origin: means[k],
      sum: new Float64Array(columns),
      weighted: zeros(names.length, columns),
    }));
    const representations = this.#representations;
    if (this.#products.length === 0)
      this.#products = this.#pairs.map(([k, l]) => zeros(matrices[k].columns, matrices[l].columns));

    const norms: Float64Matrix = zeros(names.length, n);
    for (const [k, X] of matrices.entries())
      norms.data.set(squaredDistances(names[k], X, representations[k].origin, precision), k * n);
    addTo(this.#norms.data, matmul(norms, norms).data);
    const totals = names.map((_, k) => sumOf(norms.data.subarray(k * n, (k + 1) * n)));
    addTo(this.#totals, totals);

    // Products are of rows about the block's own means, so that float32 sees no offset; what the means add is added in float64.
    const shifts = means.map((mean, k) => mean.map((value, j) => value - representations[k].origin[j]));
    const columns = matrices.map((X, k) => centredColumns(X, means[k], precision));
    const weights = precision === 'single' ? { ...norms, data: Float32Array.from(norms.data) } : norms;
    for (const [k, { sum, weighted }] of representations.entries()) {
      addProduct(weighted, (await multiply(this.#matmul, weights, columns[k])).data, totals, shifts[k], 1);
      for (let j = 0; j < sum.length; j++) sum[j] += n * shifts[k][j];
    }
    for (const [at, [k, l]] of this.#pairs.entries()) {
      const product = await multiply(this.#matmul, columns[k], columns[l]);
      addProduct(this.#products[at], product.data, shifts[k], shifts[l], n);
    }
    this.#n += n;
  }

  /** HSIC of the pair at this place in the list of pairs. */
  estimate(at: number, estimator: Estimator): Estimate {
    const [k, l] = this.#pairs[at];
    const side = (of: number, other: number): MomentsOfSide => {
      const { sum, weighted } = this.#representations![of];
      const weightedByOther = weighted.data.subarray(other * weighted.columns, (other + 1) * weighted.columns);
      return { sum, total: this.#totals[of], weightedByOther };
    };
    const norms = this.#norms.data[k * this.#names.length + l];
    const sums = aboutMeans({ n: this.#n, x: side(k, l), y: side(l, k), products: this.#products[at].data, norms });
    return estimateFrom(this.#n, sums, estimator);
  }
}

/** sums += product + scale · abᵀ */
function addProduct(
  sums: Float64Matrix,
  product: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  scale: number,
): void {
  const { rows, columns, data } = sums;
  for (let i = 0; i < rows; i++) {
    const factor = scale * a[i];
    for (let j = 0; j < columns; j++) data[i * columns + j] += product[i * columns + j] + factor * b[j];
  }
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
