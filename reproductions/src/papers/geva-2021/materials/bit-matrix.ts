import { type Matrix, matrix } from '@interlayer/linalg';

/** Truth values of rows × columns, a bit each: which of many cells fire at many contexts. */
export interface BitMatrix {
  rows: number;
  columns: number;
  /** Each row begins with a byte of its own. */
  bytes: Uint8Array;
}

const stride = (columns: number): number => Math.ceil(columns / 8);

/** All false. */
export const bitMatrix = (rows: number, columns: number): BitMatrix => ({
  rows,
  columns,
  bytes: new Uint8Array(rows * stride(columns)),
});

/** Sets to true what `truth` says of the columns of a row. */
export function setRow({ columns, bytes }: BitMatrix, row: number, truth: (column: number) => boolean): void {
  const from = row * stride(columns);
  for (let column = 0; column < columns; column++) if (truth(column)) bytes[from + (column >> 3)]! |= 1 << (column & 7);
}

/** Rows `from` to `to`, the latter excluded, as numbers: `yes` where true and `no` elsewhere. */
export function numbersOf({ columns, bytes }: BitMatrix, from: number, to: number, yes: number, no: number): Matrix {
  const data = new Float32Array((to - from) * columns);
  for (let row = from, at = 0; row < to; row++)
    for (let column = 0; column < columns; column++, at++)
      data[at] = (bytes[row * stride(columns) + (column >> 3)]! >> (column & 7)) & 1 ? yes : no;
  return matrix(data, columns);
}
