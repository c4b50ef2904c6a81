/** Row-major numbers: `data[r * columns + c]` is row r, column c. Float32 values are widened; all sums run in float64. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** What this package computes. */
export interface Float64Matrix extends Matrix {
  readonly data: Float64Array;
}

/**
 * Values as a matrix of so many columns; typed arrays are not copied.
 * @throws when the values do not fill whole rows.
 */
export function matrix(data: Float64Array | readonly number[], columns: number): Float64Matrix;
export function matrix(data: Float32Array | Float64Array | readonly number[], columns: number): Matrix;
export function matrix(data: Float32Array | Float64Array | readonly number[], columns: number): Matrix {
  if (!Number.isSafeInteger(columns) || columns < 1)
    throw new Error(`A matrix needs a positive integer of columns, not ${columns}.`);
  if (data.length % columns !== 0)
    throw new Error(
      `${data.length} values do not fill rows of ${columns} columns; give a multiple of ${columns} values.`,
    );
  const typed = data instanceof Float32Array || data instanceof Float64Array ? data : Float64Array.from(data);
  return { rows: data.length / columns, columns, data: typed };
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Float64Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/** A view of rows `from` … `to` − 1, which shares the values. */
export function rowsOf(a: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns: a.columns, data: a.data.subarray(from * a.columns, to * a.columns) };
}

/** @throws when `a` does not hold rows × columns values. */
export function requireMatrix(name: string, a: Matrix): void {
  const { rows, columns, data } = a;
  for (const length of [rows, columns]) {
    if (!Number.isSafeInteger(length) || length < 0)
      throw new Error(`${name} is ${rows} × ${columns}; both must be non-negative integers.`);
  }
  if (data.length !== rows * columns)
    throw new Error(`${name} has ${data.length} values; ${rows} × ${columns} needs ${rows * columns}.`);
}

/** @throws when `a` is not as long as its shape says, or holds NaN or an infinity, naming its place. */
export function requireFinite(name: string, a: Matrix): void {
  requireMatrix(name, a);
  const { columns, data } = a;
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at < data.length) {
    throw new Error(
      `${name} has ${data[at]} in row ${Math.floor(at / columns)}, column ${at % columns} (from 0); every value must be finite.`,
    );
  }
}

/** @throws when the two have different numbers of columns, or one is not as long as its shape says. */
export function requireSameColumns(nameA: string, a: Matrix, nameB: string, b: Matrix): void {
  requireMatrix(nameA, a);
  requireMatrix(nameB, b);
  if (a.columns !== b.columns)
    throw new Error(`${nameA} has ${a.columns} columns and ${nameB} has ${b.columns}; they need the same number.`);
}

/** @throws when the two have different numbers of rows, or one is not as long as its shape says. */
export function requireSameRows(nameA: string, a: Matrix, nameB: string, b: Matrix): void {
  requireMatrix(nameA, a);
  requireMatrix(nameB, b);
  if (a.rows !== b.rows)
    throw new Error(`${nameA} has ${a.rows} rows and ${nameB} has ${b.rows}; they need the same number.`);
}

export function toFloat64(data: Float32Array | Float64Array): Float64Array {
  return data instanceof Float64Array ? data : new Float64Array(data);
}
