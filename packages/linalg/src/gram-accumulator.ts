import { cholesky } from './cholesky';
import { centredRows, columnMeans } from './column-means';
import type { CenterOption } from './gram';
import type { LinearModel } from './linear-model';
import { type Matmul, multiply } from './matmul';
import { type Float64Matrix, type Matrix, requireFinite, requireSameRows, zeros } from './matrix';
import { addProduct, mirror, rowBlocks } from './products';
import { solveCholesky } from './solve-cholesky';
import { transpose } from './transpose';

export interface RidgeOptions {
  /** λ ≥ 0 in ‖Y − XWᵀ − 1bᵀ‖² + λ‖W‖²: a sum over rows, not a mean, so multiply by n to keep a per-row strength. */
  lambda: number;
  /** Fit b, which is not penalised. On unless set to false. */
  intercept?: boolean;
}

/** A block of rows (x, y), transposed and about its own means. */
interface CentredBlock {
  n: number;
  meansX: Float64Array;
  meansY: Float64Array;
  /** [p, n] */
  x: Float64Matrix;
  /** [q, n] */
  y: Float64Matrix;
}

/**
 * The moments of rows (x, y) that arrive in batches: their number, their means, and the centred sums of products. Batches are
 * merged about their common mean (Chan, Golub & LeVeque 1983), so a large offset cancels nothing. Memory is at most
 * (p + q)² doubles, however many rows there are.
 */
export class GramAccumulator {
  readonly p: number;
  readonly q: number;
  readonly #meansX: Float64Array;
  readonly #meansY: Float64Array;
  /** Only the lower triangle has a meaning. */
  readonly #xx: Float64Matrix;
  readonly #xy: Float64Matrix;
  readonly #yy: Float64Array;
  #n = 0;

  /** @param q Columns of Y; 0 when there is only X. */
  constructor(p: number, q = 0) {
    this.p = p;
    this.q = q;
    this.#meansX = new Float64Array(p);
    this.#meansY = new Float64Array(q);
    this.#xx = zeros(p, p);
    this.#xy = zeros(p, q);
    this.#yy = new Float64Array(q);
  }

  /** Rows so far. */
  get n(): number {
    return this.#n;
  }

  /** Column means of X and Y so far. */
  get means(): { x: Float64Array; y: Float64Array } {
    return { x: this.#meansX.slice(), y: this.#meansY.slice() };
  }

  /**
   * Adds rows, multiplied in float64 here: X is [n, p], Y [n, q].
   * @throws when a shape does not fit or a value is not finite; nothing is added then.
   */
  add(X: Matrix, Y: Matrix = zeros(X.rows, 0)): this {
    for (const block of this.#centredBlocks(X, Y)) {
      addProduct(this.#xx, block.x, block.x, { lower: true });
      addProduct(this.#xy, block.x, block.y);
      this.#count(block);
    }
    return this;
  }

  /**
   * Adds rows whose products, of at most 1024 rows at a time, an injected product computes.
   * @throws as {@link add}, and when the product fails or has another shape; nothing is added then.
   */
  async addBy(multiplier: Matmul, X: Matrix, Y: Matrix = zeros(X.rows, 0)): Promise<this> {
    const batch = new GramAccumulator(this.p, this.q);
    for (const block of this.#centredBlocks(X, Y)) {
      addTo(batch.#xx.data, (await multiply(multiplier, block.x, block.x)).data);
      if (this.q > 0) addTo(batch.#xy.data, (await multiply(multiplier, block.x, block.y)).data);
      batch.#count(block);
    }
    return this.merge(batch);
  }

  *#centredBlocks(X: Matrix, Y: Matrix): Generator<CentredBlock> {
    const { p, q } = this;
    requireSameRows('X', X, 'Y', Y);
    if (X.columns !== p || Y.columns !== q) {
      throw new Error(`X has ${X.columns} columns and Y has ${Y.columns}; these are moments of ${p} and ${q}.`);
    }
    requireFinite('X', X);
    requireFinite('Y', Y);
    const blocksY = rowBlocks(Y);
    for (const blockX of rowBlocks(X)) {
      const blockY: Matrix = blocksY.next().value!;
      const [meansX, meansY] = [columnMeans(blockX), columnMeans(blockY)];
      const [x, y] = [transpose(centredRows(blockX, meansX)), transpose(centredRows(blockY, meansY))];
      yield { n: blockX.rows, meansX, meansY, x, y };
    }
  }

  /** Takes a block, whose products were added, into the other moments. */
  #count({ n, meansX, meansY, y }: CentredBlock): void {
    for (let i = 0; i < y.data.length; i++) this.#yy[Math.floor(i / n)] += y.data[i] ** 2;
    this.#shift(meansX, meansY, n);
  }

  /** Adds what lies between the old mean and the mean of n new rows, and moves to their common mean. */
  #shift(meansX: Float64Array, meansY: Float64Array, n: number): void {
    const { p, q } = this;
    const total = this.#n + n;
    const weight = (this.#n * n) / total;
    const dx = meansX.map((mean, j) => mean - this.#meansX[j]);
    const dy = meansY.map((mean, j) => mean - this.#meansY[j]);
    for (let i = 0; i < p; i++) {
      const scaled = weight * dx[i];
      for (let j = 0; j <= i; j++) this.#xx.data[i * p + j] += scaled * dx[j];
      for (let j = 0; j < q; j++) this.#xy.data[i * q + j] += scaled * dy[j];
      this.#meansX[i] += (n / total) * dx[i];
    }
    for (let j = 0; j < q; j++) {
      this.#yy[j] += weight * dy[j] * dy[j];
      this.#meansY[j] += (n / total) * dy[j];
    }
    this.#n = total;
  }

  /**
   * Adds the rows that another accumulator has seen.
   * @throws when the two have other numbers of columns.
   */
  merge(other: GramAccumulator): this {
    if (other.p !== this.p || other.q !== this.q) {
      throw new Error(
        `Moments of ${other.p} and ${other.q} columns cannot be merged into those of ${this.p} and ${this.q}.`,
      );
    }
    if (other.#n === 0) return this;
    addTo(this.#xx.data, other.#xx.data);
    addTo(this.#xy.data, other.#xy.data);
    addTo(this.#yy, other.#yy);
    this.#shift(other.#meansX, other.#meansY, other.#n);
    return this;
  }

  /** XᵀX: [p, p]; about the mean with `center`. */
  gram({ center = false }: CenterOption = {}): Float64Matrix {
    const products = copyOf(this.#xx);
    if (!center) addOuter(products, this.#meansX, this.#meansX, this.#n);
    return mirror(products);
  }

  /** XᵀY: [p, q]; about the means with `center`. */
  crossProduct({ center = false }: CenterOption = {}): Float64Matrix {
    const products = copyOf(this.#xy);
    if (!center) addOuter(products, this.#meansX, this.#meansY, this.#n);
    return products;
  }

  /** Σ y² of each column of Y; about the mean with `center`. */
  squares({ center = false }: CenterOption = {}): Float64Array {
    return this.#yy.map((sum, j) => (center ? sum : sum + this.#n * this.#meansY[j] ** 2));
  }

  /**
   * Ridge regression of Y on X from the moments, by (XᵀX + λI)Wᵀ = XᵀY.
   * @throws when there are no rows, λ is not a finite number ≥ 0, sums of products have overflowed, or the system is singular
   * (only possible for λ at the level of rounding).
   */
  ridge({ lambda, intercept = true }: RidgeOptions): LinearModel {
    const { p, q } = this;
    if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
      throw new Error(`lambda is ${lambda}; a ridge penalty is a finite number ≥ 0.`);
    }
    if (this.#n === 0) throw new Error('Ridge regression needs at least one row; none was added.');
    const system = this.gram({ center: intercept });
    const sides = this.crossProduct({ center: intercept });
    if (!system.data.every(Number.isFinite) || !sides.data.every(Number.isFinite))
      throw new Error(
        'The sums of products of X and Y are beyond the range of float64; divide X and Y by their scale.',
      );
    for (let i = 0; i < p; i++) system.data[i * p + i] += lambda;
    const coefficients = transpose(solveCholesky(this.#factor(system, lambda), sides));
    const offset = new Float64Array(q);
    if (intercept) {
      for (let j = 0; j < q; j++) {
        offset[j] = this.#meansY[j];
        for (let i = 0; i < p; i++) offset[j] -= this.#meansX[i] * coefficients.data[j * p + i];
      }
    }
    return { coefficients, intercept: offset };
  }

  #factor(system: Float64Matrix, lambda: number): Float64Matrix {
    try {
      return cholesky(system);
    } catch (error) {
      throw new Error(
        `With lambda ${lambda} the ${this.p} columns of X cannot be told apart from ${this.#n} rows; raise lambda. (${(error as Error).message})`,
        { cause: error },
      );
    }
  }
}

const copyOf = (a: Float64Matrix): Float64Matrix => ({ ...a, data: a.data.slice() });

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}

function addOuter(c: Float64Matrix, a: Float64Array, b: Float64Array, weight: number): void {
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) c.data[i * b.length + j] += weight * a[i] * b[j];
  }
}
