import type { HookEvent } from './tap';

/** About the rows of one value: all its axes but the last, flattened. */
export interface Rows {
  /** One entry per row: 0 for a row that does not count (padding). Default: all rows count. */
  mask?: Uint8Array;
  /** The id of each example, along the value's first axis. */
  examples?: ArrayLike<number>;
}

/** Reduces values to a summary as they come. Rows are all leading axes flattened, columns the last axis. */
export interface Sink<R> {
  /**
   * @param values row-major; the sink must not keep or change them.
   * @param shape of the value at the point.
   */
  accept(values: Float32Array, shape: readonly number[], event: HookEvent, batchIndex: number, rows?: Rows): void;
  /** The summary of all values so far. */
  result(): R;
  /** A new, empty sink with the same options; a glob in `stream` needs one for each point. */
  fresh?(): Sink<R>;
}

/** A sink whose shards can be combined. */
export interface MergingSink<R> extends Sink<R> {
  /** Adds what another sink with the same options has seen (another shard of the data). */
  merge(other: MergingSink<R>): void;
  fresh(): MergingSink<R>;
}

/** One sink for several points. */
export class Pooled<R> {
  readonly sink: Sink<R>;

  constructor(sink: Sink<R>) {
    this.sink = sink;
  }
}

/** Puts the values of all points that a glob matches into one sink, in the order in which they fire. */
export const pooled = <R>(sink: Sink<R>): Pooled<R> => new Pooled(sink);

/** Rows and columns of a shape: `[2, 3, 4]` has 6 rows and 4 columns, `[4]` has 1 row, a scalar is 1 × 1. */
export function rowsAndColumns(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1]!;
  return { rows: shape.slice(0, -1).reduce((product, n) => product * n, 1), columns };
}

/** Asserts that a sink keeps the number of columns that it began with. */
export function sameColumns(before: number | undefined, columns: number, where: string): number {
  if (before !== undefined && before !== columns) {
    throw new Error(`A sink of ${before} columns got ${columns} from ${where}; use one sink for each width.`);
  }
  return columns;
}
