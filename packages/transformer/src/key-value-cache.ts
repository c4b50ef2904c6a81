import * as tf from '@tensorflow/tfjs-core';

/** The keys and values that earlier positions left in each slot, so that later ones need not compute them again. */
export interface KeyValueCache {
  /**
   * How many positions it holds.
   * @throws Error when a run with it failed, after which it is incomplete.
   */
  readonly length: number;
  /**
   * Adds what one run left in a slot.
   * @param keys, values [B, heads, T, size]
   * @returns all keys and values of the slot so far, [B, heads, length + T, size]; the cache owns them.
   */
  extend(slot: number, keys: tf.Tensor, values: tf.Tensor): readonly [keys: tf.Tensor, values: tf.Tensor];
  /** Frees the tensors. */
  dispose(): void;
}

/** An empty cache for the runs of one view of a model's layers, of `slots` slots. */
export function keyValueCache(slots: number): KeyValueCache {
  const held = Array.from({ length: slots }, (): readonly tf.Tensor[] => []);
  return {
    get length() {
      const [first = 0, ...others] = new Set(held.map(([keys]) => keys?.shape[2] ?? 0));
      if (others.length === 0) return first;
      throw new Error(
        'The cache is incomplete, because a run with it failed or had other layers: start with a new one.',
      );
    },
    extend(slot, ...added) {
      const past = held[slot];
      if (!past)
        throw new Error(`The cache has ${slots} slots, and slot ${slot} runs: make one with a slot for each layer.`);
      const join = (tensor: tf.Tensor, i: number) =>
        tf.keep(past[i] ? tf.concat([past[i], tensor], 2) : tf.clone(tensor));
      const joined = [join(added[0], 0), join(added[1], 1)] as const;
      tf.dispose([...past]);
      held[slot] = joined;
      return joined;
    },
    dispose: () => {
      tf.dispose(held.flat());
      held.fill([]);
    },
  };
}
