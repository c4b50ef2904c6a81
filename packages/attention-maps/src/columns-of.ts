import { type Float64Matrix, type Matrix, zeros } from '@interlayer/linalg';
import type { Layer } from './layer';

/** A copy of columns `from` … `to` − 1. */
export function columnsOf({ rows, columns, data }: Matrix, from: number, to: number): Float64Matrix {
  const slice = zeros(rows, to - from);
  for (let i = 0; i < rows; i++) slice.data.set(data.subarray(i * columns + from, i * columns + to), i * (to - from));
  return slice;
}

/** The values that one head reads, its own or those of its group: [n, size]. */
export function headValues({ attention, output }: Layer, values: Matrix, head: number): Float64Matrix {
  const size = output.weight.columns / attention.length;
  const first = Math.floor((head * values.columns) / output.weight.columns) * size;
  return columnsOf(values, first, first + size);
}
