import { type MergingSink, type Rows, rowsAndColumns, sameColumns } from './sink';
import type { HookEvent } from './tap';

/** A row that scored high in a column. */
export interface TopEntry {
  score: number;
  /** Id of the example. */
  example: number;
  /** Index of the row within its example: the position, for values of shape [batch, positions, columns]. */
  position: number;
}

export interface TopKOptions {
  k: number;
}

/** Best k rows per column in sorted typed arrays: k is small, so insertion beats a heap. */
class TopKSink implements MergingSink<TopEntry[][]> {
  readonly #k: number;
  #columns: number | undefined;
  #counts = new Int32Array(0);
  #scores = new Float64Array(0);
  #examples = new Float64Array(0);
  #positions = new Int32Array(0);

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
    this.#begin(columns, `"${event.point}"`);
    const exampleCount = shape.length > 1 ? shape[0]! : 1;
    const perExample = rows / exampleCount;
    for (let r = 0; r < rows; r++) {
      if (mask && !mask[r]) continue;
      const index = Math.floor(r / perExample);
      const example = examples?.[index] ?? batchIndex * exampleCount + index;
      for (let c = 0; c < columns; c++) {
        const score = values[r * columns + c]!;
        if (Number.isNaN(score)) {
          throw new Error(
            `topKSink got NaN at "${event.point}", example ${example}, row ${r % perExample}, column ${c}; NaN has ` +
              'no rank.',
          );
        }
        this.#offer(c, score, example, r % perExample);
      }
    }
  }

  result(): TopEntry[][] {
    return Array.from(this.#counts, (count, c) =>
      Array.from({ length: count }, (_, i) => {
        const at = c * this.#k + i;
        return { score: this.#scores[at]!, example: this.#examples[at]!, position: this.#positions[at]! };
      }),
    );
  }

  fresh(): TopKSink {
    return new TopKSink(this.#k);
  }

  merge(other: TopKSink): void {
    if (other.#columns === undefined) return;
    this.#begin(other.#columns, 'the sink to merge');
    for (const [c, entries] of other.result().entries()) {
      for (const { score, example, position } of entries) this.#offer(c, score, example, position);
    }
  }

  #begin(columns: number, where: string): void {
    sameColumns(this.#columns, columns, where);
    if (this.#columns !== undefined) return;
    this.#columns = columns;
    this.#counts = new Int32Array(columns);
    this.#scores = new Float64Array(columns * this.#k);
    this.#examples = new Float64Array(columns * this.#k);
    this.#positions = new Int32Array(columns * this.#k);
  }

  #offer(column: number, score: number, example: number, position: number): void {
    const begin = column * this.#k;
    const count = this.#counts[column]!;
    let at = begin + count;
    const worse = (i: number) =>
      this.#scores[i]! < score ||
      (this.#scores[i] === score &&
        (this.#examples[i]! > example || (this.#examples[i] === example && this.#positions[i]! > position)));
    if (count === this.#k) {
      if (!worse(at - 1)) return;
      at--;
    } else this.#counts[column] = count + 1;
    for (; at > begin && worse(at - 1); at--) {
      this.#scores[at] = this.#scores[at - 1]!;
      this.#examples[at] = this.#examples[at - 1]!;
      this.#positions[at] = this.#positions[at - 1]!;
    }
    this.#scores[at] = score;
    this.#examples[at] = example;
    this.#positions[at] = position;
  }
}

/**
 * A sink for the k rows with the highest value in each column, best first. Ties go to the lower example id, then to the
 * lower position, so the result does not depend on the order of the data.
 */
export const topKSink = ({ k }: TopKOptions): MergingSink<TopEntry[][]> => new TopKSink(k);
