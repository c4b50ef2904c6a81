/** A region of a row-major matrix. */
export interface Region {
  data: Float64Array;
  start: number;
  /** Values from one row to the next. */
  stride: number;
}

/** Rows of b, and values of a row, that stay in cache together: 64 × 256 doubles are 128 KiB. */
const COLUMNS = 64;
const LENGTH = 256;

/**
 * c[i][j] += sign · Σₖ a[i][k] · b[j][k]: every product of a row of `a` with a row of `b`. The rest of this package is
 * built on it, because dot products of rows read memory in order. With `lower` only tiles that touch the lower triangle of c
 * are computed; what is above the diagonal then has no meaning.
 */
export function addRowProducts(
  c: Region,
  a: Region,
  b: Region,
  rows: number,
  columns: number,
  length: number,
  { sign = 1, lower = false }: { sign?: 1 | -1; lower?: boolean } = {},
): void {
  for (let from = 0; from < length; from += LENGTH) {
    const size = Math.min(LENGTH, length - from);
    for (let left = 0; left < columns; left += COLUMNS) {
      const right = Math.min(left + COLUMNS, columns);
      for (let i = 0; i < rows; i += 4) {
        const last = Math.min(i + 4, rows);
        const end = lower ? Math.min(right, last) : right;
        let j = left;
        if (last - i === 4) {
          for (; j + 2 <= end; j += 2) {
            addTile(
              c.data,
              c.start + i * c.stride + j,
              c.stride,
              a.data,
              a.start + i * a.stride + from,
              a.stride,
              b.data,
              b.start + j * b.stride + from,
              b.stride,
              size,
              sign,
            );
          }
        }
        for (; j < end; j++) {
          for (let row = i; row < last; row++) {
            let sum = 0;
            const p = a.start + row * a.stride + from;
            const q = b.start + j * b.stride + from;
            for (let k = 0; k < size; k++) sum += a.data[p + k] * b.data[q + k];
            c.data[c.start + row * c.stride + j] += sign * sum;
          }
        }
      }
    }
  }
}

/** Four rows of a with two of b: eight sums in registers for six loads. */
function addTile(
  c: Float64Array,
  at: number,
  cStride: number,
  a: Float64Array,
  a0: number,
  aStride: number,
  b: Float64Array,
  b0: number,
  bStride: number,
  size: number,
  sign: number,
): void {
  const a1 = a0 + aStride;
  const a2 = a1 + aStride;
  const a3 = a2 + aStride;
  const b1 = b0 + bStride;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0; k < size; k++) {
    const y0 = b[b0 + k];
    const y1 = b[b1 + k];
    const x0 = a[a0 + k];
    s00 += x0 * y0;
    s01 += x0 * y1;
    const x1 = a[a1 + k];
    s10 += x1 * y0;
    s11 += x1 * y1;
    const x2 = a[a2 + k];
    s20 += x2 * y0;
    s21 += x2 * y1;
    const x3 = a[a3 + k];
    s30 += x3 * y0;
    s31 += x3 * y1;
  }
  c[at] += sign * s00;
  c[at + 1] += sign * s01;
  c[at + cStride] += sign * s10;
  c[at + cStride + 1] += sign * s11;
  c[at + 2 * cStride] += sign * s20;
  c[at + 2 * cStride + 1] += sign * s21;
  c[at + 3 * cStride] += sign * s30;
  c[at + 3 * cStride + 1] += sign * s31;
}
