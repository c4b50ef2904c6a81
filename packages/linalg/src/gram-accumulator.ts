import { cholesky } from './cholesky';
import { centredRows, columnMeans } from './column-means';
import { type MatrixData, type MatrixProduct, requireMatrix } from './matrix';
import { addCrossProduct, addGram, BLOCK_ROWS, mirror } from './moments';
import { solveCholesky } from './solve-cholesky';

/** A linear map of p inputs to q outputs: y = xW + b. */
export interface LinearModel {
  /** W, p × q. */
  coefficients: Float64Array;
  /** b, q values; zeros where no intercept was fitted. */
  intercept: Float64Array;
}

export interface RidgeOptions {
  /** λ ≥ 0 in ‖Y − XW − 1bᵀ‖² + λ‖W‖²: a sum over rows, not a mean, so multiply by n to keep a per-row strength. */
  lambda: number;
  /** Fit b, which is not penalised. On unless set to false. */
  intercept?: boolean;
}

/**
 * The moments of rows (x, y) that arrive in batches: how many, their means, and the centred sums of products. Batches are
 * merged about their common mean (Chan, Golub & LeVeque 1983), so a large offset cancels nothing. Memory is
 * (p + q)² doubles at most, however many rows there are.
 */
export class GramAccumulator {
  readonly p: number;
  readonly q: number;
  readonly #matmul: MatrixProduct | undefined;
  readonly #meansX: Float64Array;
  readonly #meansY: Float64Array;
  readonly #xx: Float64Array;
  readonly #xy: Float64Array;
  readonly #yy: Float64Array;
  #n = 0;

  /** @param q Columns of Y; 0 when there is only X. */
  constructor(p: number, q = 0, { matmul }: { matmul?: MatrixProduct } = {}) {
    this.p = p;
    this.q = q;
    this.#matmul = matmul;
    this.#meansX = new Float64Array(p);
    this.#meansY = new Float64Array(q);
    this.#xx = new Float64Array(p * p);
    this.#xy = new Float64Array(p * q);
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
   * Adds n rows: X is n × p, Y n × q.
   * @throws when a length does not fit; nothing is added then.
   */
  add(X: MatrixData, n: number, Y: MatrixData = new Float64Array(0)): this {
    requireMatrix(X, n, this.p, 'X');
    requireMatrix(Y, n, this.q, 'Y');
    for (let from = 0; from < n; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, n);
      this.#addBlock(X.subarray(from * this.p, to * this.p), Y.subarray(from * this.q, to * this.q), to - from);
    }
    return this;
  }

  #addBlock(X: MatrixData, Y: MatrixData, n: number): void {
    const { p, q } = this;
    const meansX = columnMeans(X, n, p);
    const meansY = columnMeans(Y, n, q);
    const x = centredRows(X, p, 0, n, meansX);
    const y = centredRows(Y, q, 0, n, meansY);
    addGram(this.#xx, x, n, p, this.#matmul);
    addCrossProduct(this.#xy, x, y, n, p, q, this.#matmul);
    for (let i = 0; i < n * q; i++) this.#yy[i % q] += y[i] * y[i];
    this.#shift(meansX, meansY, n);
  }

  /** Adds what lies between the old mean and the mean of n new rows, and moves on to the common mean. */
  #shift(meansX: Float64Array, meansY: Float64Array, n: number): void {
    const { p, q } = this;
    const total = this.#n + n;
    const weight = (this.#n * n) / total;
    const dx = meansX.map((mean, j) => mean - this.#meansX[j]);
    const dy = meansY.map((mean, j) => mean - this.#meansY[j]);
    for (let i = 0; i < p; i++) {
      const scaled = weight * dx[i];
      for (let j = 0; j <= i; j++) this.#xx[i * p + j] += scaled * dx[j];
      for (let j = 0; j < q; j++) this.#xy[i * q + j] += scaled * dy[j];
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
    for (let i = 0; i < this.#xx.length; i++) this.#xx[i] += other.#xx[i];
    for (let i = 0; i < this.#xy.length; i++) this.#xy[i] += other.#xy[i];
    for (let i = 0; i < this.#yy.length; i++) this.#yy[i] += other.#yy[i];
    this.#shift(other.#meansX, other.#meansY, other.#n);
    return this;
  }

  /** XᵀX, p × p; about the mean with `center`. */
  gram({ center = false }: { center?: boolean } = {}): Float64Array {
    const products = this.#xx.slice();
    if (!center) addOuter(products, this.#meansX, this.#meansX, this.#n);
    return mirror(products, this.p);
  }

  /** XᵀY, p × q; about the means with `center`. */
  crossProduct({ center = false }: { center?: boolean } = {}): Float64Array {
    const products = this.#xy.slice();
    if (!center) addOuter(products, this.#meansX, this.#meansY, this.#n);
    return products;
  }

  /** Σ y² of each column of Y; about the mean with `center`. */
  squares({ center = false }: { center?: boolean } = {}): Float64Array {
    return this.#yy.map((sum, j) => (center ? sum : sum + this.#n * this.#meansY[j] ** 2));
  }

  /**
   * Ridge regression of Y on X from the moments, by (XᵀX + λI)W = XᵀY.
   * @throws when there are no rows, λ is not a finite number ≥ 0, or the system is singular (only possible for λ at the
   * level of rounding).
   */
  ridge({ lambda, intercept = true }: RidgeOptions): LinearModel {
    const { p, q } = this;
    if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
      throw new Error(`lambda is ${lambda}; a ridge penalty is a finite number ≥ 0.`);
    }
    if (this.#n === 0) throw new Error('Ridge regression needs at least one row; none was added.');
    const system = this.gram({ center: intercept });
    for (let i = 0; i < p; i++) system[i * p + i] += lambda;
    let L: Float64Array;
    try {
      L = cholesky(system, p);
    } catch (error) {
      throw new Error(
        `With lambda ${lambda} the ${p} columns of X cannot be told apart from ${this.#n} rows; raise lambda. (${(error as Error).message})`,
        { cause: error },
      );
    }
    const coefficients = solveCholesky(L, this.crossProduct({ center: intercept }), p, q);
    const offset = new Float64Array(q);
    if (intercept) {
      for (let j = 0; j < q; j++) {
        offset[j] = this.#meansY[j];
        for (let i = 0; i < p; i++) offset[j] -= this.#meansX[i] * coefficients[i * q + j];
      }
    }
    return { coefficients, intercept: offset };
  }
}

function addOuter(c: Float64Array, a: Float64Array, b: Float64Array, weight: number): void {
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) c[i * b.length + j] += weight * a[i] * b[j];
  }
}
