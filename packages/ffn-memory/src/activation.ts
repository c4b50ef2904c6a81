import { normalCdf } from '@interlayer/stats';

/**
 * The non-linearity between the two matrices: `gelu` is the exact one, x · Φ(x), `gelu-tanh` its usual approximation, and
 * `identity` none at all (bare pre-activations, which trigger scans rank).
 */
export type Activation = 'relu' | 'gelu' | 'gelu-tanh' | 'silu' | 'identity';

const SCALE = Math.sqrt(2 / Math.PI);

/** The scalar function of each name, in float64. */
export const activations: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  gelu: (x) => x * normalCdf(x),
  'gelu-tanh': (x) => (x / 2) * (1 + Math.tanh(SCALE * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
  identity: (x) => x,
};

/** The function of a name; throws with the known names. */
export function activationOf(name: Activation): (x: number) => number {
  if (!Object.hasOwn(activations, name))
    throw new Error(`There is no activation "${name}"; known ones are ${Object.keys(activations).join(', ')}.`);
  return activations[name];
}
