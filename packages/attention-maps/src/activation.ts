import { normalCdf, normalDensity } from '@interlayer/stats';

/** A scalar function and its derivative. `value(0)` need not be 0: the bias slot takes what is there. */
export interface ActivationFunction {
  value(x: number): number;
  slope(x: number): number;
  /** (value(x) − value(0)) / x without cancellation, its limit at 0 included; absent: computed from the other two. */
  gate?(x: number): number;
}

export type ActivationName = 'relu' | 'gelu' | 'gelu-tanh' | 'silu' | 'identity';

/** `gelu` is x Φ(x), `gelu-tanh` its approximation by tanh, `silu` x σ(x); or a function of your own. */
export type Activation = ActivationName | ActivationFunction;

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;
const tanhGate = (x: number) => (1 + Math.tanh(ROOT * (x + CUBIC * x ** 3))) / 2;

const activations: Readonly<Record<ActivationName, Required<ActivationFunction>>> = {
  relu: {
    value: (x) => Math.max(x, 0),
    slope: (x) => (x > 0 ? 1 : 0),
    gate: (x) => (x > 0 ? 1 : 0),
  },
  gelu: {
    value: (x) => x * normalCdf(x),
    slope: (x) => normalCdf(x) + x * normalDensity(x),
    gate: normalCdf,
  },
  'gelu-tanh': {
    value: (x) => x * tanhGate(x),
    slope(x) {
      const gate = tanhGate(x);
      return gate + 2 * x * gate * (1 - gate) * ROOT * (1 + 3 * CUBIC * x * x);
    },
    gate: tanhGate,
  },
  silu: {
    value: (x) => x * logistic(x),
    slope(x) {
      const gate = logistic(x);
      return gate + x * gate * (1 - gate);
    },
    gate: logistic,
  },
  identity: { value: (x) => x, slope: () => 1, gate: () => 1 },
};

/**
 * The function of a name; a function of your own is returned as it is.
 * @throws for an unknown name, with the known ones.
 */
export function activationOf(activation: Activation): ActivationFunction {
  if (typeof activation !== 'string') return activation;
  if (!Object.hasOwn(activations, activation))
    throw new Error(
      `There is no activation "${activation}"; use one of ${Object.keys(activations).join(', ')}, or pass { value, slope }.`,
    );
  return activations[activation];
}
