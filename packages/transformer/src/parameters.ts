import { seedFrom } from '@interlayer/stats';
import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from './require-backend';
import { truncatedNormal } from './truncated-normal';

/** The weights of a model by their names. */
export type Weights = Readonly<Record<string, tf.Variable>>;

/** One weight tensor that a model of some config has, under the name the hub gives it. */
export interface Parameter {
  name: string;
  shape: readonly number[];
  /** How training starts: a constant, truncated normal draws of this scale, or given values. */
  initial: number | { std: number } | Float32Array;
}

/**
 * Makes the weights at their initial values. Each tensor draws from its own stream, seeded by `seed` and its name: models
 * of one seed that differ in some parts agree in the others.
 * @throws Error when no backend is started.
 */
export function createWeights(parameters: readonly Parameter[], seed: number): Record<string, tf.Variable> {
  requireBackend();
  const weights: Record<string, tf.Variable> = {};
  for (const { name, shape, initial } of parameters) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    let values: Float32Array;
    if (initial instanceof Float32Array) values = initial;
    else if (typeof initial === 'number') values = new Float32Array(length).fill(initial);
    else values = truncatedNormal(length, initial.std, seedFrom(seed, name));
    // Its tfjs name is a number, because the hub's names repeat among models.
    weights[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32')));
  }
  return weights;
}

/** Frees all weights. */
export function disposeWeights(weights: Weights): void {
  for (const variable of Object.values(weights)) variable.dispose();
}
