/** Row-major values of a matrix. Float32 input is widened: every sum runs in float64. */
export type MatrixData = Float64Array | Float32Array;

/**
 * A product of an m × k and a k × n matrix, row-major. What a caller may inject to multiply large blocks elsewhere (on a
 * tensor backend, say); the sums over blocks and every solve stay in float64 here.
 */
export type MatrixProduct = (a: Float64Array, b: Float64Array, m: number, k: number, n: number) => MatrixData;

/** @throws when `data` is not a rows × columns matrix. */
export function requireMatrix(data: MatrixData, rows: number, columns: number, name: string): void {
  for (const length of [rows, columns]) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new Error(`${name} is said to be ${rows} × ${columns}; both must be non-negative integers.`);
    }
  }
  if (data.length !== rows * columns) {
    throw new Error(`${name} has ${data.length} values; ${rows} × ${columns} needs ${rows * columns}.`);
  }
}

export function toFloat64(data: MatrixData): Float64Array {
  return data instanceof Float64Array ? data : Float64Array.from(data);
}
