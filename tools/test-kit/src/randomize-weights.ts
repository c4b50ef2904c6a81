import * as tf from '@tensorflow/tfjs-core';

/** Gives every weight random values large enough to matter: gains near 1, everything else with scale 0.6. */
export function randomizeWeights(
  weights: Readonly<Record<string, tf.Variable>>,
  values: (size: number) => Float32Array,
) {
  for (const [name, weight] of Object.entries(weights)) {
    const gain = /([Nn]orm|ln_[12f])\.weight$/.test(name);
    tf.tidy(() => weight.assign(tf.add(tf.mul(tf.tensor(values(weight.size), weight.shape), 0.6), gain ? 1 : 0)));
  }
}
