/*
 * The two products of a softmax regression, four rows and two classes at a time, so that sums stay in registers: about one
 * load for each multiplication. Row r of the tile begins at x[from + r · step]; values of x's rows lie side by side, as
 * those of the weights.
 */

/** z[at + r · stride + c] = xᵣ · w_c for the rows r of a tile and its classes c, whose weights begin at `first` and `second`. */
export function scoreTile(
  z: Float64Array,
  at: number,
  stride: number,
  x: Float64Array,
  from: number,
  step: number,
  w: Float64Array,
  first: number,
  second: number,
  length: number,
): void {
  const [from1, from2, from3] = [from + step, from + 2 * step, from + 3 * step];
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let j = 0; j < length; j++) {
    const w0 = w[first + j];
    const w1 = w[second + j];
    const x0 = x[from + j];
    s00 += x0 * w0;
    s01 += x0 * w1;
    const x1 = x[from1 + j];
    s10 += x1 * w0;
    s11 += x1 * w1;
    const x2 = x[from2 + j];
    s20 += x2 * w0;
    s21 += x2 * w1;
    const x3 = x[from3 + j];
    s30 += x3 * w0;
    s31 += x3 * w1;
  }
  z[at] = s00;
  z[at + 1] = s01;
  z[at + stride] = s10;
  z[at + stride + 1] = s11;
  z[at + 2 * stride] = s20;
  z[at + 2 * stride + 1] = s21;
  z[at + 3 * stride] = s30;
  z[at + 3 * stride + 1] = s31;
}

/** g_c += Σᵣ z[at + r · stride + c] · xᵣ, the transposed product, for gradients that begin at `first` and `second`. */
export function gradientTile(
  g: Float64Array,
  first: number,
  second: number,
  x: Float64Array,
  from: number,
  step: number,
  z: Float64Array,
  at: number,
  stride: number,
  length: number,
): void {
  const [from1, from2, from3] = [from + step, from + 2 * step, from + 3 * step];
  const z00 = z[at];
  const z01 = z[at + 1];
  const z10 = z[at + stride];
  const z11 = z[at + stride + 1];
  const z20 = z[at + 2 * stride];
  const z21 = z[at + 2 * stride + 1];
  const z30 = z[at + 3 * stride];
  const z31 = z[at + 3 * stride + 1];
  for (let j = 0; j < length; j++) {
    const x0 = x[from + j];
    const x1 = x[from1 + j];
    const x2 = x[from2 + j];
    const x3 = x[from3 + j];
    g[first + j] += z00 * x0 + z10 * x1 + z20 * x2 + z30 * x3;
    g[second + j] += z01 * x0 + z11 * x1 + z21 * x2 + z31 * x3;
  }
}
