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
  apply(specimen, seed) {
    const twin = specimen.initial(0);
    for (const [name, weight] of Object.entries(specimen.weights))
      tf.tidy(() => twin.weights[name]!.assign(permuted(weight, seed, name)));
    return twin;
  },
});

function permuted(weight: tf.Variable, seed: number, name: string): tf.Tensor {
  if (weight.rank < 2) return weight;
  const order = shuffle(
    Array.from({ length: weight.size }, (_, i) => i),
    seedFrom(seed, 'permuted weights', name),
  );
  return tf.reshape(tf.gather(tf.reshape(weight, [-1]), tf.tensor1d(order, 'int32')), weight.shape);
}
