import { GramAccumulator, type LinearModel, type Matmul, type Matrix } from '@interlayer/linalg';
import { InFlight } from './in-flight';

export interface FitOptions {
  /**
   * The penalty λ of ‖Y − XWᵀ − 1bᵀ‖² + λ‖W‖², as a multiple of the mean over features of Σ(x − mean)². 1e-5 unless set; 0 is
   * plain least squares.
   */
  ridge?: number;
}

/** Products rounded to float32 leave errors of about 1e-7 of the features' sums of squares, which a penalty must outweigh. */
const LEAST_WITH_FLOAT32 = 1e-6;

/** Below it, sums of squares in float64 have lost their digits. */
const LEAST_SPREAD = 1e-290;

/**
 * The affine map from p to q features with the least squares over rows that arrive in batches (Zhao et al. 2021 call it the
 * linear approximator; theirs is fitted to the cosine, see {@link CosineFit}). Only sums of products are kept: (p + q) · p doubles.
 */
export class LinearFit {
  readonly #moments: GramAccumulator;
  readonly #matmul: Matmul | undefined;
  readonly #adding = new InFlight();

  /**
   * @param options `matmul` multiplies blocks of 1024 rows, rounded to float32; float64 loops unless given. Scores then agree
   * with float64 to about 1e-5; to 1e-3 where one direction across many features has a hundred times the others' spread.
   */
  constructor(p: number, q: number, { matmul }: { matmul?: Matmul } = {}) {
    this.#moments = new GramAccumulator(p, q);
    this.#matmul = matmul;
  }

  /** Rows so far. */
  get n(): number {
    return this.#moments.n;
  }

  /**
   * Adds rows: X is [n, p], Y [n, q].
   * @throws when a shape does not fit, a value is not finite, or `matmul` fails; nothing is added then.
   */
  async add(X: Matrix, Y: Matrix): Promise<void> {
    await this.#adding.during(async () => {
      if (this.#matmul) await this.#moments.addBy(this.#matmul, X, Y);
      else this.#moments.add(X, Y);
    });
  }

  /**
   * The map for the rows so far. Solved in float64.
   * @throws when there are not more rows than features and no penalty, the features do not vary or (without a penalty) depend on
   * each other, the penalty is out of range, or a batch is still being added.
   */
  solve({ ridge = 1e-5 }: FitOptions = {}): LinearModel {
    this.#adding.requireNone();
    const moments = this.#moments;
    const { n, p } = moments;
    if (!(ridge >= 0 && ridge < Number.POSITIVE_INFINITY))
      throw new Error(`ridge is ${ridge}; a penalty is a finite number ≥ 0.`);
    if (this.#matmul && ridge < LEAST_WITH_FLOAT32)
      throw new Error(
        `ridge is ${ridge}; products that an injected matmul may round to float32 need at least ${LEAST_WITH_FLOAT32}. Raise ridge, or leave matmul out.`,
      );
    if (ridge === 0 && n <= p)
      throw new Error(
        `There are ${n} rows for ${p} input features, so without a penalty more than one map fits them exactly. Add rows until there are more than ${p}, or set ridge above 0.`,
      );
    if (n === 0) throw new Error('No rows were added, so there is nothing to fit.');
    const { data } = moments.gram({ center: true });
    let spread = 0;
    for (let j = 0; j < p; j++) spread += data[j * p + j];
    if (spread === Number.POSITIVE_INFINITY)
      throw new Error('The squares of X are beyond the range of float64; divide X by its scale.');
    if (!(spread > LEAST_SPREAD))
      throw new Error(
        `X does not vary: its squares about the mean sum to ${spread} over ${n} rows, so there is nothing to map. Look for a constant input, or multiply a tiny one.`,
      );
    try {
      return moments.ridge({ lambda: (ridge * spread) / p });
    } catch (error) {
      throw new Error(`With ridge ${ridge} there is no solution; raise it. (${(error as Error).message})`, {
        cause: error,
      });
    }
  }
}
