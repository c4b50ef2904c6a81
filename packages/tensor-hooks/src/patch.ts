import * as tf from '@tensorflow/tfjs-core';
import { type Checked, type Edit, edit } from './edit';
import { type At, within } from './extent';
import type { Selector } from './select';
import type { HookEvent } from './tap';

/**
 * Puts a value in place of the one at each selected point: from another run (activation patching), say.
 *
 * @param value a tensor, which stays the caller's, or a function that makes one for each event: of the dtype at the point,
 *   and of its shape or one that broadcasts to it.
 * @param at limits the patch to some indices of one or several axes. Default: the whole value.
 * @throws Error during the run if the value or `at` does not fit the shape at the point.
 */
export function patch<const S extends Selector>(
  select: S,
  value: tf.Tensor | ((event: HookEvent) => tf.Tensor),
  at?: At,
): Edit<Checked<S>> {
  return edit(select, (current, event) => {
    const patched = typeof value === 'function' ? value(event) : value;
    if (patched instanceof tf.Tensor && !broadcastsTo(patched.shape, current.shape)) {
      throw new Error(
        `The patch at "${event.point}" has the shape [${patched.shape.join(', ')}]; expected ` +
          `[${current.shape.join(', ')}] or one that broadcasts to it.`,
      );
    }
    const full = patched instanceof tf.Tensor ? tf.broadcastTo(patched, current.shape) : patched;
    return within(at, current, full, event.point);
  });
}

const broadcastsTo = (from: readonly number[], to: readonly number[]): boolean =>
  from.length <= to.length && from.every((n, i) => n === 1 || n === to[i + to.length - from.length]);
