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
 * Keeps mean and centred scatter, merged as in Chan, Golub & LeVeque (1979), so that columns far from zero lose no
 * digits of their covariance. Memory: columns² float64.
 */
class GramSink implements MergingSink<Gram> {
  readonly #center: boolean;
  #n = 0;
  #mean: Float64Array | undefined;
  #scatter = new Float64Array(0);

  constructor(center: boolean) {
    this.#center = center;
  }

  accept(values: Float32Array, shape: readonly number[], event: HookEvent, _batchIndex: number, { mask }: Rows = {}) {
    const { rows, columns } = rowsAndColumns(shape);
    this.#begin(columns, `"${event.point}"`);
    const kept: number[] = [];
    for (let r = 0; r < rows; r++) if (!mask || mask[r]) kept.push(r);
    if (kept.length === 0) return;

    const mean = new Float64Array(columns);
    for (const r of kept) for (let c = 0; c < columns; c++) mean[c]! += values[r * columns + c]!;
    for (let c = 0; c < columns; c++) mean[c]! /= kept.length;
    // Rows of zeros fill the last group of four.
    const centred = new Float64Array(Math.ceil(kept.length / 4) * 4 * columns);
    kept.forEach((r, i) => {
      for (let c = 0; c < columns; c++) centred[i * columns + c] = values[r * columns + c]! - mean[c]!;
    });
    this.#shift(kept.length, mean);
    addUpper(this.#scatter, centred, kept.length, columns);
  }

  result(): Gram {
    if (!this.#mean || this.#n === 0) {
      throw new Error('A Gram sink saw no rows; every row was masked or there was no batch.');
    }
    const mean = this.#mean;
    const columns = mean.length;
    const gram = new Float64Array(columns * columns);
    for (let i = 0; i < columns; i++) {
      for (let j = i; j < columns; j++) {
        const raw = this.#center ? 0 : this.#n * mean[i]! * mean[j]!;
        gram[i * columns + j] = gram[j * columns + i] = this.#scatter[i * columns + j]! + raw;
      }
    }
    return { n: this.#n, columns, gram, sums: mean.map((m) => m * this.#n) };
  }

  merge(other: GramSink): void {
    if (!other.#mean || other.#n === 0) return;
    this.#begin(other.#mean.length, 'the sink to merge');
    this.#shift(other.#n, other.#mean);
    for (let i = 0; i < this.#scatter.length; i++) this.#scatter[i]! += other.#scatter[i]!;
  }

  #begin(columns: number, where: string): void {
    sameColumns(this.#mean?.length, columns, where);
    if (this.#mean) return;
    this.#mean = new Float64Array(columns);
    this.#scatter = new Float64Array(columns * columns);
  }

  /** Moves the mean to that of both parts and adds the scatter between their means. */
  #shift(count: number, mean: Float64Array): void {
    const columns = mean.length;
    const total = this.#n + count;
    const delta = mean.map((m, c) => m - this.#mean![c]!);
    const weight = (this.#n * count) / total;
    for (let i = 0; weight > 0 && i < columns; i++) {
      const scaled = weight * delta[i]!;
      for (let j = i; j < columns; j++) this.#scatter[i * columns + j]! += scaled * delta[j]!;
    }
    for (let c = 0; c < columns; c++) this.#mean![c]! += (delta[c]! * count) / total;
    this.#n = total;
  }
}

/** A sink for the {@link Gram} matrix of the columns, in float64. */
export const gramSink = ({ center = false }: GramOptions = {}): MergingSink<Gram> => new GramSink(center);
