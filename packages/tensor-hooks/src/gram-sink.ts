import { type Float64Matrix, GramAccumulator, type Matrix } from '@interlayer/linalg';
import { type MergingSink, type Rows, rowsAndColumns, sameColumns } from './sink';
import type { HookEvent } from './tap';

export interface Gram {
  /** Number of rows. */
  n: number;
  /** XᵀX, columns × columns; of the centred columns with the option `center`. */
  gram: Float64Matrix;
  /** Of each column. */
  means: Float64Array;
}

export interface GramOptions {
  /** Return (X − mean)ᵀ(X − mean), which is n times the covariance, instead of XᵀX. Default false. */
  center?: boolean;
}

/** Memory: columns² float64. Columns far from zero lose no digits of their covariance. */
class GramSink implements MergingSink<Gram> {
  readonly #center: boolean;
  #moments: GramAccumulator | undefined;

  constructor(center: boolean) {
    this.#center = center;
  }

  accept(values: Float32Array, shape: readonly number[], event: HookEvent, _batchIndex: number, { mask }: Rows = {}) {
    const { rows, columns } = rowsAndColumns(shape);
    const moments = this.#begin(columns, `"${event.point}"`);
    try {
      moments.add(mask ? keptRows(values, rows, columns, mask) : { rows, columns, data: values });
    } catch (error) {
      throw new Error(`gramSink at "${event.point}": ${(error as Error).message}`, { cause: error });
    }
  }

  result(): Gram {
    if (!this.#moments?.n) {
      throw new Error('A gramSink saw no rows: every row was masked, or there was no batch.');
    }
    const { n, means } = this.#moments;
    return { n, gram: this.#moments.gram({ center: this.#center }), means: means.x };
  }

  fresh(): GramSink {
    return new GramSink(this.#center);
  }

  merge(other: GramSink): void {
    if (this.#center !== other.#center) throw new Error('Two gramSinks merge only if both or neither are centred.');
    if (other.#moments) this.#begin(other.#moments.p, 'the sink to merge').merge(other.#moments);
  }

  #begin(columns: number, where: string): GramAccumulator {
    sameColumns(this.#moments?.p, columns, where);
    this.#moments ??= new GramAccumulator(columns);
    return this.#moments;
  }
}

function keptRows(values: Float32Array, rows: number, columns: number, mask: Uint8Array): Matrix {
  const data = new Float32Array(values.length);
  let kept = 0;
  for (let r = 0; r < rows; r++)
    if (mask[r]) data.set(values.subarray(r * columns, (r + 1) * columns), columns * kept++);
  return { rows: kept, columns, data: data.subarray(0, kept * columns) };
}

/** A sink for the {@link Gram} matrix of the columns, in float64. */
export const gramSink = ({ center = false }: GramOptions = {}): MergingSink<Gram> => new GramSink(center);
