import type { Matrix } from '@interlayer/linalg';

/** The values that an injected product gets are rounded to float32; float64 loops get float64. */
export type Precision = 'single' | 'double';

export const ARRAYS = { single: Float32Array, double: Float64Array };
/** Fourth powers of values beyond it, or within its inverse, leave the range of the type. */
const RANGE = { single: 1e9, double: 1e35 };

/**
 * ‖x − origin‖² for each row x, in float64: [n].
 * @throws when the values' scale is so large or so small that their fourth powers cannot be added up.
 */
export function squaredDistances(name: string, X: Matrix, origin: Float64Array, precision: Precision): Float64Array {
  const { rows, columns, data } = X;
  let largest = 0;
  const squares = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const deviation = data[i * columns + j] - origin[j];
      sum += deviation * deviation;
      if (Math.abs(deviation) > largest) largest = Math.abs(deviation);
    }
    return sum;
  });
  const range = RANGE[precision];
  if (largest > range || (largest > 0 && largest < 1 / range))
    throw new Error(
      `The values of ${name} lie up to ${largest} from their mean; their scale must lie between ${1 / range} and ${range}. Divide ${name} by its scale: CKA does not depend on it.`,
    );
  return squares;
}

/** X with `means` subtracted from each row: [n, p]. */
export function centredRows({ rows, columns, data }: Matrix, means: Float64Array, precision: Precision): Matrix {
  const centred = new ARRAYS[precision](data.length);
  for (let i = 0; i < rows * columns; i += columns) {
    for (let j = 0; j < columns; j++) centred[i + j] = data[i + j] - means[j];
  }
  return { rows, columns, data: centred };
}

/** Rows that are transposed together, so that neither matrix is walked across for long. */
const TILE = 32;

/** The transpose of {@link centredRows}: [p, n]. */
export function centredColumns({ rows, columns, data }: Matrix, means: Float64Array, precision: Precision): Matrix {
  const centred = new ARRAYS[precision](data.length);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let j = 0; j < columns; j++) {
      for (let i = top; i < bottom; i++) centred[j * rows + i] = data[i * columns + j] - means[j];
    }
  }
  return { rows: columns, columns: rows, data: centred };
}
