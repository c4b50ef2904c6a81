import * as tf from '@tensorflow/tfjs-core';
import { applyEdit, type Edit } from './edit';
import { SilentPointError } from './errors';
import { listen } from './listen';
import { adopt, hold, ownedTree } from './ownership';
import { type Select, type Selector, selectPoints } from './select';
import { type Slice, sliceOf } from './slice';
import { type Hookable, type HookEvent, pointKey } from './tap';
import { valueAt } from './value-at';

export interface RunOptions<P extends string = string> {
  /** Applied at their points, in this order. */
  edits?: readonly Edit<Select<P>>[];
  /** The points whose values are kept. Default: none. */
  capture?: Select<P>;
  /** Keep the value before any edit. Default false: captures see what the computation continues with. */
  before?: boolean;
  /** Keep only this part of each value. */
  slice?: Slice;
}

export interface StoppedRunOptions<P extends string = string> extends RunOptions<P> {
  /** Stop once this point has fired, for the first time or for the given call (from 0). */
  stopAfter: P | { point: P; call: number };
}

/** An event whose value was captured, and its key in the record of tensors. */
export interface CapturedEvent<P extends string = string> extends HookEvent<P> {
  key: string;
}

/** The result of a run. Its tensors belong to the enclosing tidy if there is one, otherwise to the caller. */
export interface Run<P extends string, O> {
  /** What the target returned, or the (edited) value at `stopAfter`. */
  output: O;
  /**
   * The captured value of a point, of its first call unless `call` says otherwise.
   * @throws UnknownPointError, which names the nearest captured points.
   */
  at(point: P, call?: number): tf.Tensor;
  /** All captured values by {@link pointKey}: the point's name, and `name#1`, `name#2` … for its later calls. */
  tensors: Record<string, tf.Tensor>;
  /** The captured events in the order in which they fired. */
  events: CapturedEvent<P>[];
  /** Frees the output and the captured values; calling it again has no effect. */
  dispose(): void;
}

/** Ends a run from within; caught by the runner that made it. */
class StopSignal extends Error {}

/** Asserts that every selected point fired; a stopped run has to reach only some of them. */
function assertFired<P extends string>(
  selected: readonly P[],
  fired: ReadonlyMap<P, number>,
  stopped: boolean,
  what: string,
): void {
  const silent = selected.filter((point) => !fired.has(point));
  if (stopped ? silent.length === selected.length : silent.length > 0) throw new SilentPointError(silent, what);
}

/**
 * Runs a target with edits, captures and an early stop: the general form of {@link capture}. Synchronous; reads no
 * values, so it can be traced and compiled. At each point the edits come first, in order, then the capture (before them
 * with `before`), then the stop. If anything throws, all new tensors are freed.
 *
 * @throws UnknownPointError if a selection matches nothing, or the target fires a point it does not declare.
 * @throws SilentPointError if a selected point never fired; in a stopped run, if no point of an edit, or no captured
 *   point, did.
 * @throws Error if an edit changes the shape or the dtype.
 */
export function runWith<P extends string, I, O>(
  target: Hookable<P, I, O>,
  input: NoInfer<I>,
  options: StoppedRunOptions<NoInfer<P>>,
): Run<P, tf.Tensor>;
export function runWith<P extends string, I, O>(
  target: Hookable<P, I, O>,
  input: NoInfer<I>,
  options?: RunOptions<NoInfer<P>>,
): Run<P, O>;
export function runWith<P extends string, I, O>(
  target: Hookable<P, I, O>,
  input: I,
  options: RunOptions<P> & Partial<StoppedRunOptions<P>> = {},
): Run<P, O | tf.Tensor> {
  const { points } = target;
  const { before = false, slice, stopAfter } = options;
  const edits = (options.edits ?? []).map((edit) => ({ edit, at: selectPoints(points, edit.select as Selector) }));
  const captured = options.capture === undefined ? [] : selectPoints(points, options.capture as Selector);
  const captures = new Set(captured);
  const stop = typeof stopAfter === 'string' ? { point: stopAfter, call: 0 } : stopAfter;
  if (stop) selectPoints(points, stop.point);

  const held: tf.Tensor[] = [];
  const events: CapturedEvent<P>[] = [];
  const tensors: Record<string, tf.Tensor> = {};
  const signal = new StopSignal();
  let stopped: tf.Tensor | undefined;

  const keep = (value: tf.Tensor, event: HookEvent<P>) => {
    const key = pointKey(event);
    const part = tf.tidy(() => hold(slice === undefined ? value : sliceOf(slice, value, event)));
    held.push(part);
    tensors[key] = part;
    events.push({ ...event, key });
  };

  const { tap, fired } = listen(points, (point) => {
    const editsHere = edits.filter(({ at }) => at.includes(point));
    const capturedHere = captures.has(point);
    const stopHere = stop?.point === point ? stop : undefined;
    if (editsHere.length === 0 && !capturedHere && !stopHere) return null;
    return (value, event) => {
      if (capturedHere && before) keep(value, event);
      const edited = editsHere.reduce((current, { edit }) => applyEdit(edit, current, event), value);
      if (capturedHere && !before) keep(edited, event);
      if (stopHere?.call === event.call) {
        stopped = hold(edited);
        held.push(stopped);
        throw signal;
      }
      return edited;
    };
  });

  try {
    let output: O | tf.Tensor | undefined;
    tf.tidy(() => {
      let result: O | undefined;
      try {
        result = target.run(input, tap);
      } catch (error) {
        if (error !== signal) throw error;
      }
      if (result instanceof Promise) {
        throw new Error('The target returned a promise; a hooked computation must be synchronous.');
      }
      if (stop && !stopped) throw new SilentPointError([pointKey(stop)], 'stopAfter');
      for (const [i, { at }] of edits.entries()) assertFired(at, fired, stopped !== undefined, `edits[${i}]`);
      if (captured.length > 0) assertFired(captured, fired, stopped !== undefined, 'capture');
      output = stopped ? adopt(stopped) : ownedTree(result as O);
      return { output, tensors: held.map(adopt) } as tf.TensorContainer;
    });
    return {
      output: output as O,
      at: (point, call) => valueAt(tensors, point, call),
      tensors,
      events,
      dispose: () => tf.dispose([output, held] as tf.TensorContainer),
    };
  } catch (error) {
    for (const tensor of held) tensor.dispose();
    throw error;
  }
}
