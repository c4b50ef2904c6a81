import { seedFrom, shuffle } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import type { Weighted } from '../subjects/specimen';
import { condition } from './condition';

/** For each layer, which value each of its keys meets: a permutation of its cells. */
export type Pairs = readonly (readonly number[])[];

/**
 * The same model, but in each layer the values are in random order, so that each key meets another one. A key's coefficient does not
 * know its value, so layer 1 sees what it saw before; what the blocks write is changed.
 */
export const shuffledPairs = condition({
  id: 'shuffled',
  name: 'shuffled pairs',
  model: 'the trained model, the values of each layer in random order',
  apply: (specimen, seed) =>
    assignWithPairs(
      specimen.initial(0),
      specimen,
      Array.from({ length: specimen.layers }, (_, layer) =>
        shuffle(
          Array.from({ length: specimen.cells }, (_, cell) => cell),
          seedFrom(seed, 'shuffled pairs', layer),
        ),
      ),
    ),
});

/**
 * Gives a twin of a model its weights, copied, with the values of each layer in the order of its keys. The output bias is not
 * a value: it stays.
 */
export function assignWithPairs<M extends Weighted>(twin: M, { weights, blocks }: Weighted, pairs: Pairs): M {
  for (const [name, target] of Object.entries(twin.weights)) {
    const weight = weights[name]!;
    const layer = blocks.findIndex(({ feedForward }) => feedForward?.down.weight === (weight as tf.Tensor));
    if (layer < 0) target.assign(weight);
    else {
      const axis = blocks[layer]!.feedForward!.down.orientation === 'in-out' ? 0 : 1;
      tf.tidy(() => target.assign(tf.gather(weight, tf.tensor1d([...pairs[layer]!], 'int32'), axis)));
    }
  }
  return twin;
}
