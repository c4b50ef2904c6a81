import { type MergingSink, type Rows, rowsAndColumns, sameColumns } from './sink';
import type { HookEvent } from './tap';

export interface Gram {
  /** Rows seen. */
  n: number;
  columns: number;
  /** XᵀX, columns × columns, row-major; of the centred columns with the option `center`. */
  gram: Float64Array;
  /** Of each column (never centred). */
  sums: Float64Array;
}

export interface GramOptions {
  /** Give (X − mean)ᵀ(X − mean), n times the covariance, instead of XᵀX. Default false. */
  center?: boolean;
}

/** Adds XᵀX of `count` rows to the upper triangle; four rows at a time, so that the sum is loaded and stored less. */
function addUpper(gram: Float64Array, x: Float64Array, count: number, columns: number): void {
  for (let r = 0; r < count; r += 4) {
    const [a, b, c, d] = [r, r + 1, r + 2, r + 3].map((row) => x.subarray(row * columns, (row + 1) * columns)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let i = 0; i < columns; i++) {
      const [ai, bi, ci, di] = [a[i]!, b[i]!, c[i]!, d[i]!];
      const row = i * columns;
      for (let j = i; j < columns; j++) gram[row + j]! += ai * a[j]! + bi * b[j]! + ci * c[j]! + di * d[j]!;
    }
  }
}

/**
 * Memory: columns² float64. Centred sums are merged as in Chan, Golub & LeVeque (1979), so that columns far from zero
 * lose no digits of their covariance.
 */
class GramSink implements MergingSink<Gram> {
  readonly #center: boolean;
  #n = 0;
  #sums: Float64Array | undefined;
  /** Upper triangle. */
  #gram = new Float64Array(0);

  constructor(center: boolean) {
    this.#center = center;
  }

  accept(values: Float32Array, shape: readonly number[], event: HookEvent, _batchIndex: number, { mask }: Rows = {}) {
    const { rows, columns } = rowsAndColumns(shape);
    this.#begin(columns, `"${event.point}"`);
    const kept: number[] = [];
    for (let r = 0; r < rows; r++) if (!mask || mask[r]) kept.push(r);
    if (kept.length === 0) return;

    const sums = new Float64Array(columns);
    for (const r of kept) for (let c = 0; c < columns; c++) sums[c]! += values[r * columns + c]!;
    const origin = this.#center ? sums.map((sum) => sum / kept.length) : new Float64Array(columns);
    // Rows of zeros fill the last group of four.
    const x = new Float64Array(Math.ceil(kept.length / 4) * 4 * columns);
    kept.forEach((r, i) => {
      for (let c = 0; c < columns; c++) x[i * columns + c] = values[r * columns + c]! - origin[c]!;
    });
    this.#addSums(kept.length, sums);
    addUpper(this.#gram, x, kept.length, columns);
  }

  result(): Gram {
    if (!this.#sums || this.#n === 0) {
      throw new Error('A Gram sink saw no rows; every row was masked or there was no batch.');
    }
    const columns = this.#sums.length;
    const gram = this.#gram.slice();
    for (let i = 0; i < columns; i++) {
      for (let j = i + 1; j < columns; j++) gram[j * columns + i] = gram[i * columns + j]!;
    }
    return { n: this.#n, columns, gram, sums: this.#sums.slice() };
  }

  fresh(): GramSink {
    return new GramSink(this.#center);
  }

  merge(other: GramSink): void {
    if (this.#center !== other.#center) throw new Error('Two Gram sinks merge only if both or neither are centred.');
    if (!other.#sums || other.#n === 0) return;
    this.#begin(other.#sums.length, 'the sink to merge');
    this.#addSums(other.#n, other.#sums);
    for (let i = 0; i < this.#gram.length; i++) this.#gram[i]! += other.#gram[i]!;
  }

  #begin(columns: number, where: string): void {
    sameColumns(this.#sums?.length, columns, where);
    if (this.#sums) return;
    this.#sums = new Float64Array(columns);
    this.#gram = new Float64Array(columns * columns);
  }

  /** Adds the sums of another part and, if centred, the scatter between the two parts' means. */
  #addSums(count: number, sums: Float64Array): void {
    const columns = sums.length;
    const mine = this.#sums!;
    if (this.#center && this.#n > 0) {
      const weight = (this.#n * count) / (this.#n + count);
      const delta = sums.map((sum, c) => sum / count - mine[c]! / this.#n);
      for (let i = 0; i < columns; i++) {
        const scaled = weight * delta[i]!;
        for (let j = i; j < columns; j++) this.#gram[i * columns + j]! += scaled * delta[j]!;
      }
    }
    for (let c = 0; c < columns; c++) mine[c]! += sums[c]!;
    this.#n += count;
  }
}

/** A sink for the {@link Gram} matrix of the columns, in float64. */
export const gramSink = ({ center = false }: GramOptions = {}): MergingSink<Gram> => new GramSink(center);
