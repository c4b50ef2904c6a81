import { seedFrom, shuffle } from '@interlayer/text-data';
import type { BlockWeights } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { MemoryModel, Pairs } from './memory-model';

/**
 * The control of shuffled pairs: the same model, but in each layer the values are dealt out anew among the keys, at random.
 * A key's coefficient does not know its value, so layer 1 sees what it saw before; what the blocks write is changed.
 */
export const shuffledPairs = (model: MemoryModel, seed: number): MemoryModel =>
  model.withPairs(
    Array.from({ length: model.layers }, (_, layer) =>
      shuffle(
        Array.from({ length: model.cells }, (_, cell) => cell),
        seedFrom(seed, 'shuffled pairs', layer),
      ),
    ),
  );

interface Weighted {
  weights: Readonly<Record<string, tf.Variable>>;
  blocks: readonly BlockWeights[];
}

/**
 * Gives a twin of a model its weights, copied, with the values of each layer in the order of its keys. The output bias is
 * no value: it stays.
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
