import type * as tf from '@tensorflow/tfjs-core';

/** Where in a stack of layers a value arose; the two differ once layers are permuted or repeated. */
export interface Where {
  /** Position in the stack as it ran, from 0. */
  slot?: number;
  /** Index of the layer whose weights ran there. */
  sourceLayer?: number;
}

/** One firing of a point. */
export interface HookEvent<P extends string = string> extends Where {
  point: P;
  /** How many times this point fired before in this run: 0 for the first. */
  call: number;
}

/** What a computation calls at each of its named places. It is the identity when nobody listens, and costs nothing then. */
export interface Tap<P extends string = string> {
  /** Hands `value` to whoever listens at `point` and returns the value to go on with (of the same shape and dtype). */
  <T extends tf.Tensor>(point: P, value: T, where?: Where): T;
  /** Whether somebody listens at `point`: lets a computation leave out a value which it would make for listeners alone. */
  wants(point: P): boolean;
}

/**
 * Anything with named points. Models implement it; {@link hookable} makes one of a plain function. `run` is synchronous
 * and calls `tap` at every point of `points`, at least once, and at no other ({@link checkPoints} asserts this).
 */
export interface Hookable<P extends string = string, I = unknown, O = unknown> {
  readonly points: readonly P[];
  run(input: I, tap: Tap<P>): O;
}

const identity = <T extends tf.Tensor>(_point: string, value: T): T => value;

/** The tap that nobody listens to: `target.run(input, untapped)` is the plain computation. */
export const untapped: Tap = Object.assign(identity, { wants: () => false });
