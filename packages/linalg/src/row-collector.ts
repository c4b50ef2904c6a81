import type { Matrix } from './matrix';

/** A sink for the hooks of `@interlayer/tensor-hooks`, or anything that hands over values in the same way. */
export interface RowSink {
  /**
   * Copies rows: all axes but the last, flattened.
   * @param shape of the value, whose last axis is the width.
   * @param rows `mask` has a 0 for each row that does not count (padding).
   */
  accept(
    values: Float32Array,
    shape: readonly number[],
    event?: unknown,
    batchIndex?: number,
    rows?: { mask?: Uint8Array },
  ): void;
  /** The number of rows that wait to be taken. */
  result(): number;
}

/** Collects the rows that hook sinks see, point by point, until they are taken: one batch, or several small ones. */
export class RowCollector {
  readonly #points = new Map<string, { columns: number; parts: Float32Array[] }>();

  /** A sink for one point. */
  sink(point: string): RowSink {
    const waiting = (columns: number) => {
      const held = this.#points.get(point) ?? { columns, parts: [] };
      if (held.columns !== columns)
        throw new Error(`"${point}" had ${held.columns} columns and now has ${columns}; take its rows in between.`);
      this.#points.set(point, held);
      return held;
    };
    return {
      accept(values, shape, _event, _batchIndex, { mask } = {}) {
        const columns = shape.at(-1) ?? 1;
        const { parts } = waiting(columns);
        if (!mask) return void parts.push(values.slice());
        const kept = [...mask.keys()].filter((row) => mask[row]);
        const part = new Float32Array(kept.length * columns);
        for (const [i, row] of kept.entries())
          part.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
        parts.push(part);
      },
      result: () => {
        const { columns, parts } = this.#points.get(point) ?? { columns: 1, parts: [] };
        return lengthOf(parts) / columns;
      },
    };
  }

  /** The rows of every point, in the order in which the points first fired; the collector is empty afterwards. */
  take(): Record<string, Matrix> {
    const taken: Record<string, Matrix> = {};
    for (const [point, { columns, parts }] of this.#points) {
      const data = new Float32Array(lengthOf(parts));
      let at = 0;
      for (const part of parts) {
        data.set(part, at);
        at += part.length;
      }
      taken[point] = { rows: data.length / columns, columns, data };
    }
    this.#points.clear();
    return taken;
  }
}

const lengthOf = (parts: readonly Float32Array[]) => parts.reduce((sum, { length }) => sum + length, 0);
