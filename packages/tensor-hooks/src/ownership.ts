import * as tf from '@tensorflow/tfjs-core';

/*
 * A captured value must outlive the tidies inside the target, yet belong to the tidy around the run, if there is one. tfjs
 * has `keep` for the first and no way back, so `adopt` undoes it through the two public fields.
 */

/** A second handle of the same values that no inner tidy frees. Free it with `dispose`, or pass it on with {@link adopt}. */
export const hold = <T extends tf.Tensor>(value: T): T => tf.keep(tf.clone(value));

/** Gives a held tensor to the current tidy, so that the tidy can return it. */
export function adopt<T extends tf.Tensor>(held: T): T {
  held.kept = false;
  held.scopeId = tf.engine().state.activeScope.id;
  return held;
}

/** `value` if the current tidy owns it, otherwise (an input, a weight) a second handle that the caller may dispose. */
export function owned<T extends tf.Tensor>(value: T): T {
  return !value.kept && value.scopeId === tf.engine().state.activeScope.id ? value : tf.clone(value);
}

/** {@link owned} for every tensor in a tree of arrays and plain records; other values stay as they are. */
export function ownedTree<O>(tree: O): O {
  if (tree instanceof tf.Tensor) return owned(tree) as O;
  if (Array.isArray(tree)) return tree.map(ownedTree) as O;
  if (tree !== null && typeof tree === 'object' && Object.getPrototypeOf(tree) === Object.prototype) {
    return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, ownedTree(value)])) as O;
  }
  return tree;
}
