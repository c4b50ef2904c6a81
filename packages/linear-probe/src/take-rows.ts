import type { Matrix } from '@interlayer/linalg';

/** A copy of the given rows, in their order. */
export function takeRows({ columns, data }: Matrix, rows: Int32Array): Matrix {
  const taken =
    data instanceof Float32Array ? new Float32Array(rows.length * columns) : new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++)
    taken.set(data.subarray(rows[i] * columns, (rows[i] + 1) * columns), i * columns);
  return { rows: rows.length, columns, data: taken };
}

/** The values of the given rows. */
export const takeValues = (values: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => values[row]);
