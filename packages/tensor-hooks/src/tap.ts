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
  /** How many times this point fired earlier in this run: 0 for the first call. */
  call: number;
}

/** The key of an event in a record: the point's name, followed by `#call` from the second call on. */
export const pointKey = ({ point, call }: HookEvent): string => (call === 0 ? point : `${point}#${call}`);

/** What a computation calls at each of its named places. Without listeners it is the identity and costs nothing. */
export interface Tap<P extends string = string> {
  /** Hands `value` to any listener at `point`; returns the value to continue with, of the same shape and dtype. */
  <T extends tf.Tensor>(point: P, value: T, where?: Where): T;
  /** Whether anything listens at `point`, so that a computation can skip a value that only listeners need. */
  wants(point: P): boolean;
}

/**
 * Anything with named points. Models implement it; {@link hookable} turns a plain function into one. `run` is synchronous
 * and calls `tap` at every point in `points` at least once, and at no other ({@link checkPoints} asserts this).
 */
export interface Hookable<P extends string = string, I = unknown, O = unknown> {
  readonly points: readonly P[];
  run(input: I, tap: Tap<P>): O;
}

const identity = <T extends tf.Tensor>(_point: string, value: T): T => value;

/** The tap without listeners: `target.run(input, untapped)` is the plain computation. */
export const untapped: Tap = Object.assign(identity, { wants: () => false });
