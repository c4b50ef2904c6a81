import { seedFrom } from '@interlayer/stats';
import * as tf from '@tensorflow/tfjs-core';
import { truncatedNormal } from './truncated-normal';

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
 */
export function createWeights(parameters: readonly Parameter[], seed: number): Record<string, tf.Variable> {
  const weights: Record<string, tf.Variable> = {};
  for (const { name, shape, initial } of parameters) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    let values: Float32Array;
    if (initial instanceof Float32Array) values = initial;
    else if (typeof initial === 'number') values = new Float32Array(length).fill(initial);
    else values = truncatedNormal(length, initial.std, seedFrom(seed, name));
    weights[name] = variableOf(values, shape);
  }
  return weights;
}

/** A variable that owns its values, also when made within a tidy. Its tfjs name is a number: hub names repeat among models. */
export function variableOf(values: Float32Array, shape: readonly number[]): tf.Variable {
  const tensor = tf.tensor(values, [...shape], 'float32');
  const variable = tf.variable(tensor);
  tensor.dispose();
  return variable;
}

/** Frees all weights. */
export function disposeWeights(weights: Record<string, tf.Variable>): void {
  for (const variable of Object.values(weights)) variable.dispose();
}
