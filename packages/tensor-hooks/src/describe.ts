import * as tf from '@tensorflow/tfjs-core';
import { listen } from './listen';
import type { Hookable, Where } from './tap';

/** What happens at one point in a run; shape, dtype and position are those of its first call. */
export interface PointDescription<P extends string = string> extends Where {
  point: P;
  /** How many times the point fires. */
  fired: number;
  /** Empty if it never fires. */
  shape: number[];
  /** Undefined if it never fires. */
  dtype?: tf.DataType;
  /** What capturing the point holds, over all of its calls. */
  bytes: number;
}

/**
 * Lists every declared point with shape, dtype, bytes and how many times it fires. Runs the target once on `input`
 * (on the current backend; no values are read) and frees everything: use a small input, shapes scale with it.
 */
export function describe<P extends string, I>(target: Hookable<P, I>, input: NoInfer<I>): PointDescription<P>[] {
  const found = new Map(
    target.points.map((point): [P, PointDescription<P>] => [point, { point, fired: 0, shape: [], bytes: 0 }]),
  );
  const { tap } = listen(target.points, (point) => (value, { call, ...event }) => {
    const description = found.get(point)!;
    if (call === 0) Object.assign(description, event, { shape: [...value.shape], dtype: value.dtype });
    description.fired++;
    description.bytes += value.size * tf.util.bytesPerElement(value.dtype);
    return value;
  });
  tf.tidy(() => {
    target.run(input, tap);
  });
  return [...found.values()];
}
