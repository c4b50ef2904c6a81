import { seedFrom, shuffle } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import { condition } from './condition';

/**
 * Weights of the size that training gave them, without what it wrote into them. Biases, gains and all else that is no matrix
 * stay as they are.
 */
export const permutedWeights = condition({
  id: 'permuted',
  name: 'permuted weights',
  model: 'the trained model, the weights of each matrix in random order',
  apply: (specimen, seed) => specimen.withWeights((name, weight) => permuted(weight, seed, name)),
});

function permuted(weight: tf.Variable, seed: number, name: string): tf.Tensor {
  if (weight.rank < 2) return weight;
  const values = weight.dataSync().slice() as Float32Array;
  // Numbers of 32 bits are moved as they are, whatever they mean.
  shuffle(new Int32Array(values.buffer), seedFrom(seed, 'permuted weights', name));
  return tf.tensor(values, weight.shape);
}
