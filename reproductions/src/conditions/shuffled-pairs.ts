import { seedFrom, shuffle } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import type { Specimen } from '../subjects/specimen';
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
  apply: (specimen, seed) => withPairs(specimen, pairsOf(specimen, seed)),
});

/** The random order of the values of each layer. */
export const pairsOf = ({ layers, cells }: Pick<Specimen, 'layers' | 'cells'>, seed: number): Pairs =>
  Array.from({ length: layers }, (_, layer) =>
    shuffle(
      Array.from({ length: cells }, (_, cell) => cell),
      seedFrom(seed, 'shuffled pairs', layer),
    ),
  );

/** A twin with the values of each layer in the order of its keys. The output bias is not a value: it stays. */
export const withPairs = (specimen: Specimen, pairs: Pairs): Specimen =>
  specimen.withWeights((_, weight) => {
    const layer = specimen.blocks.findIndex(({ feedForward }) => feedForward?.down.weight === (weight as tf.Tensor));
    if (layer < 0) return weight;
    const axis = specimen.blocks[layer]!.feedForward!.down.orientation === 'in-out' ? 0 : 1;
    return tf.gather(weight, tf.tensor1d([...pairs[layer]!], 'int32'), axis);
  });
