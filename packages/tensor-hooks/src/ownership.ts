import * as tf from '@tensorflow/tfjs-core';

/*
 * A captured value must outlive the tidies inside of the target, yet belong to the tidy around the run, if there is one.
 * tfjs has `keep` for the first and nothing for the way back, so `adopt` undoes it by the two public fields.
 */

/** A second handle of the same values which no inner tidy frees; free it with `dispose` or hand it on with {@link adopt}. */
export const hold = <T extends tf.Tensor>(value: T): T => tf.keep(tf.clone(value));

/** Makes a held tensor one of the tidy that is running now, so that this tidy can return it. */
export function adopt<T extends tf.Tensor>(held: T): T {
  held.kept = false;
  held.scopeId = tf.engine().state.activeScope.id;
  return held;
}

/** `value` if the running tidy owns it; else (an input, a weight) a second handle, which the caller may dispose safely. */
export function owned<T extends tf.Tensor>(value: T): T {
  return !value.kept && value.scopeId === tf.engine().state.activeScope.id ? value : tf.clone(value);
}

/** {@link owned} for every tensor of a tree of arrays and plain records; anything else stays as it is. */
export function ownedTree<O>(tree: O): O {
  if (tree instanceof tf.Tensor) return owned(tree) as O;
  if (Array.isArray(tree)) return tree.map(ownedTree) as O;
  if (tree !== null && typeof tree === 'object' && Object.getPrototypeOf(tree) === Object.prototype) {
    return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, ownedTree(value)])) as O;
  }
  return tree;
}
