import { nearestNames } from '@interlayer/nearest-names';
import type * as tf from '@tensorflow/tfjs-core';
import { UnknownPointError } from './errors';
import { pointKey } from './tap';

/**
 * The tensor of one call of a point.
 *
 * @throws UnknownPointError, which names the nearest points in the record.
 */
export function valueAt(tensors: Readonly<Record<string, tf.Tensor>>, point: string, call = 0): tf.Tensor {
  const key = pointKey({ point, call });
  if (Object.hasOwn(tensors, key)) return tensors[key]!;
  const near = nearestNames(key, Object.keys(tensors));
  throw new UnknownPointError(`There is no value at "${key}".`, near, 'Select the point where you capture.');
}
