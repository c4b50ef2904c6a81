import * as tf from '@tensorflow/tfjs-core';
import type { HookEvent } from './tap';

/**
 * A part of a value: the indices begin … begin + size − 1 of one axis, or the result of a function. Negative `axis` and
 * `begin` count from the end; `size` defaults to the rest of the axis.
 */
export type Slice =
  | { axis: number; begin: number; size?: number }
  | ((value: tf.Tensor, event: HookEvent) => tf.Tensor);

export function sliceOf(slice: Slice, value: tf.Tensor, event: HookEvent): tf.Tensor {
  if (typeof slice === 'function') return slice(value, event);
  const { shape } = value;
  const axis = slice.axis < 0 ? slice.axis + shape.length : slice.axis;
  const length = shape[axis] ?? 0;
  const begin = slice.begin < 0 ? slice.begin + length : slice.begin;
  const size = slice.size ?? length - begin;
  if (!(begin >= 0 && size >= 1 && begin + size <= length)) {
    throw new Error(
      `The slice ${JSON.stringify(slice)} does not fit "${event.point}" of shape [${shape.join(', ')}]; ` +
        'give an existing axis and at least one index within it.',
    );
  }
  return tf.slice(
    value,
    shape.map((_, i) => (i === axis ? begin : 0)),
    shape.map((n, i) => (i === axis ? size : n)),
  );
}
