import { nearestNames } from '@interlayer/nearest-names';
import * as tf from '@tensorflow/tfjs-core';
import { UnknownPointError } from './errors';
import type { HookEvent, Tap, Where } from './tap';

/** Receives a value at a point and returns the value to continue with. */
export type Listener<P extends string> = (value: tf.Tensor, event: HookEvent<P>) => tf.Tensor;

export interface Listening<P extends string> {
  tap: Tap<P>;
  /** How often each point with a listener has fired so far. */
  fired: ReadonlyMap<P, number>;
}

function undeclared(point: string, points: readonly string[]): never {
  throw new UnknownPointError(`The target fired "${point}", which it does not declare.`, nearestNames(point, points));
}

/**
 * The tap of one run. A point without a listener costs one lookup.
 *
 * @param onUndeclared is called when a point fires that is not in `points`. Default: throw an UnknownPointError.
 */
export function listen<P extends string>(
  points: readonly P[],
  listenerOf: (point: P) => Listener<P> | null,
  onUndeclared: (point: P, points: readonly P[]) => void = undeclared,
): Listening<P> {
  const listeners = new Map(points.map((point) => [point, listenerOf(point)]));
  const fired = new Map<P, number>();
  function tap<T extends tf.Tensor>(point: P, value: T, where?: Where): T {
    const listener = listeners.get(point);
    if (listener === null) return value;
    if (listener === undefined) {
      onUndeclared(point, points);
      return value;
    }
    if (!(value instanceof tf.Tensor)) {
      throw new Error(`The point "${point}" fired with ${typeof value} instead of a tensor; tap tensors only.`);
    }
    const call = fired.get(point) ?? 0;
    fired.set(point, call + 1);
    return listener(value, { point, call, ...where }) as T;
  }
  return { tap: Object.assign(tap, { wants: (point: P) => listeners.get(point) != null }), fired };
}
