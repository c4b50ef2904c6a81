import * as tf from '@tensorflow/tfjs-core';

/** Indices along one axis: heads, positions, neurons. Negative axes and indices count from the end. */
export interface Extent {
  axis: number;
  indices: readonly number[];
}

/** The part of a value where an edit applies: one extent, or several at once (this head at this position). */
export type At = Extent | readonly Extent[];

/**
 * True where all extents hold, of a shape that broadcasts to `shape`.
 *
 * @throws Error if an axis or an index does not exist.
 */
function maskOf(at: At, shape: readonly number[], point: string): tf.Tensor {
  const extents = Array.isArray(at) ? (at as readonly Extent[]) : [at as Extent];
  if (extents.length === 0) throw new Error(`The edit at "${point}" got an empty list as its "at"; leave "at" out.`);
  return extents
    .map(({ axis, indices }) => {
      const position = axis < 0 ? axis + shape.length : axis;
      const length = shape[position];
      if (length === undefined) throw misfit(`axis ${axis}`, shape, point);
      const mask = new Uint8Array(length);
      for (const index of indices) {
        const i = index < 0 ? index + length : index;
        if (!(Number.isInteger(i) && i >= 0 && i < length))
          throw misfit(`index ${index} of axis ${axis}`, shape, point);
        mask[i] = 1;
      }
      const broadcastable = shape.map((_, i) => (i === position ? length : 1));
      return tf.tensor(mask, broadcastable, 'bool');
    })
    .reduce((both, mask) => tf.logicalAnd(both, mask));
}

const misfit = (what: string, shape: readonly number[], point: string): Error =>
  new Error(`The edit at "${point}" is limited to ${what}, but the value there has the shape [${shape.join(', ')}].`);

/** `changed` within the extents and `value` elsewhere; all of `changed` without extents. */
export function within(at: At | undefined, value: tf.Tensor, changed: tf.Tensor, point: string): tf.Tensor {
  // A choice, not a product with the mask: 0 · ∞ is not 0, and masked attention scores are infinite.
  return at === undefined ? changed : tf.where(maskOf(at, value.shape, point), changed, value);
}
