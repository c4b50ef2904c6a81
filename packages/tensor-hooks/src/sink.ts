import type { HookEvent } from './tap';

/** The rows of one value: what is left when all axes but the last are flattened. */
export interface Rows {
  /** One entry per row, 0 for a row that does not count (padding); all rows count if absent. */
  mask?: Uint8Array;
  /** The id of each example, along the value's first axis. */
  examples?: ArrayLike<number>;
}

/** Takes in values as they come and keeps only a summary. Rows are all leading axes flattened, columns the last axis. */
export interface Sink<R> {
  /**
   * @param values row-major; the sink must not keep or change them.
   * @param shape of the value at the point.
   */
  accept(values: Float32Array, shape: readonly number[], event: HookEvent, batchIndex: number, rows?: Rows): void;
  /** The summary of what came so far. */
  result(): R;
}

/** A sink whose shards can be put together. */
export interface MergingSink<R> extends Sink<R> {
  /** Takes in what another sink of the same making and options has seen (another shard of the data). */
  merge(other: MergingSink<R>): void;
}

/** Rows and columns of a shape: `[2, 3, 4]` has 6 rows and 4 columns, `[4]` has 1 row, a scalar is 1 × 1. */
export function rowsAndColumns(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1]!;
  return { rows: shape.slice(0, -1).reduce((product, n) => product * n, 1), columns };
}

/** Asserts that a sink goes on with as many columns as it began with. */
export function sameColumns(before: number | undefined, columns: number, where: string): number {
  if (before !== undefined && before !== columns) {
    throw new Error(`A sink of ${before} columns got ${columns} from ${where}; use one sink per width.`);
  }
  return columns;
}
