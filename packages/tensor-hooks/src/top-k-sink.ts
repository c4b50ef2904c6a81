import { type TopRow, TopRows } from '@interlayer/linalg';
import { type MergingSink, type Rows, rowsAndColumns, sameColumns } from './sink';
import type { HookEvent } from './tap';

export interface TopKOptions {
  k: number;
}

class TopKSink implements MergingSink<TopRow[][]> {
  readonly #k: number;
  #rows: TopRows | undefined;

  constructor(k: number) {
    if (!(Number.isInteger(k) && k > 0)) throw new Error(`topKSink got k = ${k}; expected a positive whole number.`);
    this.#k = k;
  }

  accept(
    values: Float32Array,
    shape: readonly number[],
    event: HookEvent,
    batchIndex: number,
    { mask, examples }: Rows = {},
  ) {
    const { rows, columns } = rowsAndColumns(shape);
    const top = this.#begin(columns, `"${event.point}"`);
    const exampleCount = shape.length > 1 ? shape[0]! : 1;
    const perExample = rows / exampleCount;
    try {
      for (let r = 0; r < rows; r++) {
        if (mask && !mask[r]) continue;
        const index = Math.floor(r / perExample);
        const example = examples?.[index] ?? batchIndex * exampleCount + index;
        top.offerRow(values.subarray(r * columns, (r + 1) * columns), example, r % perExample);
      }
    } catch (error) {
      throw new Error(`topKSink at "${event.point}": ${(error as Error).message}`, { cause: error });
    }
  }

  result(): TopRow[][] {
    const top = this.#rows;
    return top ? Array.from({ length: top.columns }, (_, column) => top.rowsOf(column)) : [];
  }

  fresh(): TopKSink {
    return new TopKSink(this.#k);
  }

  merge(other: TopKSink): void {
    if (other.#rows) this.#begin(other.#rows.columns, 'the sink to merge').merge(other.#rows);
  }

  #begin(columns: number, where: string): TopRows {
    sameColumns(this.#rows?.columns, columns, where);
    this.#rows ??= new TopRows({ columns, k: this.#k });
    return this.#rows;
  }
}

/**
 * A sink for the k rows with the highest value in each column, best first. Ties go to the lower example id, then to the
 * lower position, so the result does not depend on the order of the data.
 */
export const topKSink = ({ k }: TopKOptions): MergingSink<TopRow[][]> => new TopKSink(k);
