import { type MergingSink, type Rows, rowsAndColumns } from './sink';
import type { HookEvent } from './tap';

export interface Histogram {
  /** Ascending. Bin i holds edges[i] ≤ x < edges[i + 1]; the last bin includes its upper edge. */
  edges: number[];
  counts: number[];
  /** Values below the first edge, above the last one, and NaN. */
  under: number;
  over: number;
  nan: number;
}

class HistogramSink implements MergingSink<Histogram> {
  readonly #edges: readonly number[];
  readonly #counts: number[];
  #under = 0;
  #over = 0;
  #nan = 0;

  constructor(edges: readonly number[]) {
    if (edges.length < 2 || !edges.every((edge, i) => (i === 0 ? !Number.isNaN(edge) : edge > edges[i - 1]!))) {
      throw new Error(`histogramSink got the edges [${edges.join(', ')}]; expected two or more, ascending.`);
    }
    this.#edges = [...edges];
    this.#counts = new Array(edges.length - 1).fill(0);
  }

  accept(values: Float32Array, shape: readonly number[], _event: HookEvent, _batchIndex: number, { mask }: Rows = {}) {
    const { rows, columns } = rowsAndColumns(shape);
    for (let r = 0; r < rows; r++) {
      if (mask && !mask[r]) continue;
      for (let c = 0; c < columns; c++) this.#count(values[r * columns + c]!);
    }
  }

  result(): Histogram {
    return {
      edges: [...this.#edges],
      counts: [...this.#counts],
      under: this.#under,
      over: this.#over,
      nan: this.#nan,
    };
  }

  fresh(): HistogramSink {
    return new HistogramSink(this.#edges);
  }

  merge(other: HistogramSink): void {
    if (this.#edges.join() !== other.#edges.join()) {
      throw new Error('Two histogramSinks merge only if their edges are the same.');
    }
    for (const [i, count] of other.#counts.entries()) this.#counts[i]! += count;
    this.#under += other.#under;
    this.#over += other.#over;
    this.#nan += other.#nan;
  }

  #count(x: number): void {
    const edges = this.#edges;
    const last = edges.length - 1;
    if (Number.isNaN(x)) this.#nan++;
    else if (x < edges[0]!) this.#under++;
    else if (x > edges[last]!) this.#over++;
    else {
      // Invariant: edges[low] ≤ x, and x < edges[high] or high is the last edge.
      let low = 0;
      let high = last;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (x < edges[middle]!) high = middle;
        else low = middle;
      }
      this.#counts[low]!++;
    }
  }
}

/** A sink that counts all values, of every column, in fixed bins. */
export const histogramSink = ({ edges }: { edges: readonly number[] }): MergingSink<Histogram> =>
  new HistogramSink(edges);
