export interface AdamOptions {
  /** 1e-3 unless set, as Zhao et al. have it. */
  rate?: number;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Adam (Kingma & Ba 2015) with a constant rate, in float64. */
export class Adam {
  readonly #rate: number;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  #step = 0;

  /** @throws when the rate is not positive and finite. */
  constructor(parameters: number, { rate = 1e-3 }: AdamOptions = {}) {
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY))
      throw new Error(`The learning rate is ${rate}; give a positive finite number.`);
    this.#rate = rate;
    this.#means = new Float64Array(parameters);
    this.#squares = new Float64Array(parameters);
  }

  /** Moves the parameters, in place. */
  step(parameters: Float64Array, gradient: Float64Array): void {
    const [means, squares] = [this.#means, this.#squares];
    this.#step++;
    const [bias1, bias2] = [1 - BETA1 ** this.#step, 1 - BETA2 ** this.#step];
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i];
      means[i] = BETA1 * means[i] + (1 - BETA1) * slope;
      squares[i] = BETA2 * squares[i] + (1 - BETA2) * slope * slope;
      parameters[i] -= (this.#rate * (means[i] / bias1)) / (Math.sqrt(squares[i] / bias2) + EPSILON);
    }
  }
}
