import { type Float64Matrix, type Matrix, zeros } from '@interlayer/linalg';

/** A copy of columns `from` … `to` − 1. */
export function columnsOf({ rows, columns, data }: Matrix, from: number, to: number): Float64Matrix {
  const slice = zeros(rows, to - from);
  for (let i = 0; i < rows; i++) slice.data.set(data.subarray(i * columns + from, i * columns + to), i * (to - from));
  return slice;
}
