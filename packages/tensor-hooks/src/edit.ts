import * as tf from '@tensorflow/tfjs-core';
import type { Selector } from './select';
import type { HookEvent } from './tap';

/** Gives the value to go on with; what it makes besides is freed. */
export type EditFunction = (value: tf.Tensor, event: HookEvent) => tf.Tensor;

/** A change of the values at some points. Make one with {@link edit}, {@link replace} or {@link intervention}. */
export interface Edit<out S = Selector> {
  readonly select: S;
  readonly apply: EditFunction;
}

/** A selection with names known only at run time (`string`) fits every target; it is checked when the run starts. */
export type Checked<S> = string extends S ? never : readonly string[] extends S ? never : S;

/**
 * Changes the value at every selected point.
 *
 * @param fn runs in a tidy; must return a tensor of the same shape and dtype, synchronously, and read no values if the
 *   run is to be compiled.
 */
export function edit<const S extends Selector>(select: S, fn: EditFunction): Edit<Checked<S>> {
  return { select: select as Checked<S>, apply: fn };
}

/** Puts another value in the place of each selected one: a tensor, which stays the caller's, or one made per event. */
export function replace<const S extends Selector>(
  select: S,
  value: tf.Tensor | ((event: HookEvent) => tf.Tensor),
): Edit<Checked<S>> {
  return edit(select, typeof value === 'function' ? (_, event) => value(event) : () => value);
}

const described = (value: tf.Tensor) => `${value.dtype} [${value.shape.join(', ')}]`;

/** Applies one edit. The result is a handle of its own, so that nobody frees the caller's tensor. */
export function applyEdit(edit: Edit<unknown>, value: tf.Tensor, event: HookEvent): tf.Tensor {
  return tf.tidy(() => {
    const edited = edit.apply(value, event);
    if (!(edited instanceof tf.Tensor)) {
      throw new Error(`The edit at "${event.point}" gave ${typeof edited}; it must return a tensor, synchronously.`);
    }
    if (edited.dtype !== value.dtype || edited.shape.join() !== value.shape.join()) {
      throw new Error(
        `The edit at "${event.point}" gave ${described(edited)} for ${described(value)}; shape and dtype must stay.`,
      );
    }
    return tf.clone(edited);
  });
}
