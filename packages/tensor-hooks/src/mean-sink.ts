import { type MergingSink, type Rows, rowsAndColumns, sameColumns } from './sink';
import type { HookEvent } from './tap';

export interface Moments {
  /** Number of rows. */
  n: number;
  /** Of each column. */
  mean: Float64Array;
  /** Of each column, divided by n. */
  variance: Float64Array;
}

/** Mean and variance of each column over all rows, in float64 (Welford 1962; merged as in Chan, Golub & LeVeque 1979). */
class MeanSink implements MergingSink<Moments> {
  #n = 0;
  #mean: Float64Array | undefined;
  #squares = new Float64Array(0);

  accept(values: Float32Array, shape: readonly number[], event: HookEvent, _batchIndex: number, { mask }: Rows = {}) {
    const { rows, columns } = rowsAndColumns(shape);
    const mean = this.#begin(columns, `"${event.point}"`);
    for (let r = 0; r < rows; r++) {
      if (mask && !mask[r]) continue;
      const n = ++this.#n;
      for (let c = 0; c < columns; c++) {
        const x = values[r * columns + c]!;
        const delta = x - mean[c]!;
        mean[c]! += delta / n;
        this.#squares[c]! += delta * (x - mean[c]!);
      }
    }
  }

  result(): Moments {
    if (this.#n === 0) throw new Error('A meanSink saw no rows: every row was masked, or there was no batch.');
    return { n: this.#n, mean: this.#mean!.slice(), variance: this.#squares.map((s) => s / this.#n) };
  }

  fresh(): MeanSink {
    return new MeanSink();
  }

  merge(other: MeanSink): void {
    if (other.#n === 0) return;
    const mean = this.#begin(other.#mean!.length, 'the sink to merge');
    const n = this.#n + other.#n;
    for (let c = 0; c < mean.length; c++) {
      const delta = other.#mean![c]! - mean[c]!;
      mean[c]! += (delta * other.#n) / n;
      this.#squares[c]! += other.#squares[c]! + (delta * delta * this.#n * other.#n) / n;
    }
    this.#n = n;
  }

  #begin(columns: number, where: string): Float64Array {
    sameColumns(this.#mean?.length, columns, where);
    if (!this.#mean) {
      this.#mean = new Float64Array(columns);
      this.#squares = new Float64Array(columns);
    }
    return this.#mean;
  }
}

/** A sink for the {@link Moments} of each column. */
export const meanSink = (): MergingSink<Moments> => new MeanSink();
