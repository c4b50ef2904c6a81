import type { Region } from './row-products';

/**
 * c[i][j] += Σᵣ a[r][i] · b[r][j]: every product of a column of `a` with a column of `b`, from rows as they lie in memory. For an
 * `a` of few columns; otherwise transposing both for {@link addRowProducts} is faster.
 */
export function addColumnProducts(
  c: Region,
  a: Region,
  b: Region,
  columnsA: number,
  columnsB: number,
  rows: number,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const from = b.start + r * b.stride;
    let i = 0;
    for (; i + 2 <= columnsA; i += 2) addTile(c, i, a, a.start + r * a.stride + i, b, from, columnsB);
    if (i < columnsA) for (let row = r; row < r + 4; row++) addMultiple(c, i, a, b, row, columnsB);
  }
  for (; r < rows; r++) for (let i = 0; i < columnsA; i++) addMultiple(c, i, a, b, r, columnsB);
}

/** Four rows of b, times two columns of a: eight multiplications for six loads and two stores. */
function addTile(c: Region, i: number, a: Region, at: number, b: Region, from: number, length: number): void {
  const [values, factors, sums] = [b.data, a.data, c.data];
  const [at1, at2, at3] = [at + a.stride, at + 2 * a.stride, at + 3 * a.stride];
  const [from1, from2, from3] = [from + b.stride, from + 2 * b.stride, from + 3 * b.stride];
  const first = c.start + i * c.stride;
  const second = first + c.stride;
  const f00 = factors[at];
  const f01 = factors[at + 1];
  const f10 = factors[at1];
  const f11 = factors[at1 + 1];
  const f20 = factors[at2];
  const f21 = factors[at2 + 1];
  const f30 = factors[at3];
  const f31 = factors[at3 + 1];
  for (let j = 0; j < length; j++) {
    const x0 = values[from + j];
    const x1 = values[from1 + j];
    const x2 = values[from2 + j];
    const x3 = values[from3 + j];
    sums[first + j] += f00 * x0 + f10 * x1 + f20 * x2 + f30 * x3;
    sums[second + j] += f01 * x0 + f11 * x1 + f21 * x2 + f31 * x3;
  }
}

/** One row of b, times one value of a. */
function addMultiple(c: Region, i: number, a: Region, b: Region, row: number, length: number): void {
  const factor = a.data[a.start + row * a.stride + i];
  const [from, to] = [b.start + row * b.stride, c.start + i * c.stride];
  for (let j = 0; j < length; j++) c.data[to + j] += factor * b.data[from + j];
}
