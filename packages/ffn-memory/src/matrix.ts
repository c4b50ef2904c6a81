/** Row-major numbers: `data[r * columns + c]` is row `r`, column `c`. A vector is a matrix of one row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** Wraps values as a matrix without copying them; the number of rows follows from their length. Throws where it does not fit. */
export function matrix(data: Float32Array | Float64Array | readonly number[], columns: number): Matrix {
  if (!Number.isInteger(columns) || columns < 1)
    throw new Error(`A matrix needs a whole number of columns of at least 1, not ${columns}.`);
  if (data.length % columns !== 0)
    throw new Error(
      `${data.length} values do not fill rows of ${columns} columns; give a multiple of ${columns} values.`,
    );
  return {
    rows: data.length / columns,
    columns,
    data: Array.isArray(data) ? Float64Array.from(data) : (data as never),
  };
}

/** A view of rows `from` … `to` − 1, sharing the values. */
export function rowsOf(a: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns: a.columns, data: a.data.subarray(from * a.columns, to * a.columns) };
}

/** Throws unless `a` is as long as its shape says and has as many columns as `b`. */
export function requireSameColumns(nameA: string, a: Matrix, nameB: string, b: Matrix): void {
  requireFilled(nameA, a);
  requireFilled(nameB, b);
  if (a.columns !== b.columns)
    throw new Error(
      `${nameA} has ${a.columns} columns and ${nameB} has ${b.columns}; both need the model's width, one row per item.`,
    );
}

/** Throws unless `a` holds rows × columns values. */
export function requireFilled(name: string, a: Matrix): void {
  if (a.data.length !== a.rows * a.columns)
    throw new Error(
      `${name} is said to be ${a.rows} × ${a.columns} but holds ${a.data.length} values; check its shape.`,
    );
}
