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

/** An empty cache for the runs of one model, or of one view of its layers. */
export function keyValueCache(): KeyValueCache {
  const slots: (readonly [tf.Tensor, tf.Tensor])[] = [];
  return {
    get length() {
      const lengths = new Set(slots.map(([keys]) => keys.shape[2]!));
      if (lengths.size > 1)
        throw new Error('The cache is incomplete, because a run with it failed: start with a new one.');
      return [...lengths][0] ?? 0;
    },
    extend(slot, ...added) {
      const past = slots[slot];
      const join = (tensor: tf.Tensor, i: number) =>
        tf.keep(past ? tf.concat([past[i]!, tensor], 2) : tf.clone(tensor));
      const joined = [join(added[0], 0), join(added[1], 1)] as const;
      if (past) tf.dispose([...past]);
      slots[slot] = joined;
      return joined;
    },
    dispose: () => tf.dispose(slots.splice(0).flat()),
  };
}
