import * as tf from '@tensorflow/tfjs-core';
import type { Selector } from './select';
import type { HookEvent } from './tap';

/** Returns the value to continue with; other tensors that it makes are freed. */
export type EditFunction = (value: tf.Tensor, event: HookEvent) => tf.Tensor;

/** A change of the values at some points. Make one with {@link edit}, {@link patch} or {@link intervention}. */
export interface Edit<out S = Selector> {
  readonly select: S;
  readonly apply: EditFunction;
}

/** A selection whose names are known only at run time (`string`) fits every target; the run checks it when it starts. */
export type Checked<S> = string extends S ? never : readonly string[] extends S ? never : S;

/**
 * Changes the value at every selected point.
 *
 * @param fn runs in a tidy; must return a tensor of the same shape and dtype, synchronously. In a compiled run it must not
 *   read values.
 */
export function edit<const S extends Selector>(select: S, fn: EditFunction): Edit<Checked<S>> {
  return { select: select as Checked<S>, apply: fn };
}

const described = (value: tf.Tensor) => `${value.dtype} [${value.shape.join(', ')}]`;

/** Applies one edit. The result is a new handle, so that nothing frees the caller's tensor. */
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
