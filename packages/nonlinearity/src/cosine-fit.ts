import {
  type LinearModel,
  type Matmul,
  type Matrix,
  matmul,
  matrix,
  multiply,
  predict,
  requireFinite,
  requireSameRows,
  transpose,
} from '@interlayer/linalg';
import { Adam, type AdamOptions } from './adam';
import { cosineLoss } from './cosine-loss';
import { InFlight } from './in-flight';
import { truncatedNormal } from './truncated-normal';

export interface CosineFitOptions extends AdamOptions {
  /** A 32-bit integer: of the first weights. The same seed and batches give the same map. */
  seed: number;
  /** Multiplies batches, rounded to float32; float64 loops unless given. */
  matmul?: Matmul;
}

/**
 * The affine map as Zhao et al. fit it: Adam on 1 − mean cosine, from weights of a truncated normal distribution (0.02) and
 * a bias of 0. The cosine ignores lengths, so the map may have any scale. On ill-conditioned activations it needs tens of
 * thousands of steps to come near {@link LinearFit}, which is exact at once (Whipp 2026).
 */
export class CosineFit {
  readonly #p: number;
  readonly #q: number;
  readonly #matmul: Matmul | undefined;
  readonly #adam: Adam;
  /** W, then b. */
  readonly #parameters: Float64Array;
  readonly #stepping = new InFlight();

  /** @throws when the seed is not a 32-bit integer, or the rate is not positive. */
  constructor(p: number, q: number, { seed, rate, matmul }: CosineFitOptions) {
    this.#p = p;
    this.#q = q;
    this.#matmul = matmul;
    this.#parameters = new Float64Array((p + 1) * q);
    this.#parameters.set(truncatedNormal(p * q, 0.02, seed));
    this.#adam = new Adam(this.#parameters.length, { rate });
  }

  /**
   * One step on a batch: X is [n, p], Y [n, q]. Resolves to the loss before it.
   * @throws when a shape does not fit, a value is not finite, no row has a cosine, or another step has not ended; the map
   * stays as it was.
   */
  async step(X: Matrix, Y: Matrix): Promise<number> {
    this.#stepping.requireNone();
    return this.#stepping.during(async () => {
      requireSameRows('X', X, 'Y', Y);
      requireFinite('X', X);
      requireFinite('Y', Y);
      if (Y.columns !== this.#q) throw new Error(`Y has ${Y.columns} columns; the map has ${this.#q} outputs.`);
      const { loss, gradient } = cosineLoss(await predict(this.#view(), X, this.#matmul), Y);
      const slopes = new Float64Array(this.#parameters.length);
      slopes.set((await multiply(this.#matmul ?? matmul, transpose(gradient), transpose(X))).data);
      const biases = slopes.subarray(this.#p * this.#q);
      for (let i = 0; i < gradient.data.length; i++) biases[i % this.#q] += gradient.data[i];
      this.#adam.step(this.#parameters, slopes);
      return loss;
    });
  }

  /** A copy of the map so far. */
  get model(): LinearModel {
    this.#stepping.requireNone();
    const { coefficients, intercept } = this.#view();
    return { coefficients: { ...coefficients, data: coefficients.data.slice() }, intercept: intercept.slice() };
  }

  #view(): LinearModel {
    const weights = this.#p * this.#q;
    return {
      coefficients: matrix(this.#parameters.subarray(0, weights), this.#p),
      intercept: this.#parameters.subarray(weights),
    };
  }
}
