import type { Matrix } from './matrix';

/** A copy of the given rows, in their order; of as many bytes a value. */
export function takeRows({ columns, data }: Matrix, rows: ArrayLike<number>): Matrix {
  const size = rows.length * columns;
  const taken = data instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  for (let i = 0; i < rows.length; i++)
    taken.set(data.subarray(rows[i] * columns, (rows[i] + 1) * columns), i * columns);
  return { rows: rows.length, columns, data: taken };
}
