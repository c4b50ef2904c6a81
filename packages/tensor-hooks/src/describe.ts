import * as tf from '@tensorflow/tfjs-core';
import { listen } from './listen';
import type { Hookable, Where } from './tap';

/** One point in a run. Shape, dtype and position are those of its first call. */
export interface PointDescription<P extends string = string> extends Where {
  point: P;
  /** How often the point fires. */
  fired: number;
  /** Empty if it never fires. */
  shape: number[];
  /** Undefined if it never fires. */
  dtype?: tf.DataType;
  /** Memory that capturing the point takes, over all of its calls. */
  bytes: number;
}

/**
 * Lists every declared point with its shape, dtype, bytes and number of calls. Runs the target once on `input`, on the current
 * backend, reads no values and frees everything. Use a small input, since shapes scale with it.
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
