interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** a · bᵀ with the factors, every product and every sum rounded to float32: the worst that an injected product does. */
export async function float32Matmul(a: Rows, b: Rows): Promise<Rows> {
  const [x, y] = [Float32Array.from(a.data), Float32Array.from(b.data)];
  const data = new Float32Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let total = 0;
      for (let k = 0; k < a.columns; k++)
        total = Math.fround(total + Math.fround(x[i * a.columns + k]! * y[j * b.columns + k]!));
      data[i * b.rows + j] = total;
    }
  }
  return { rows: a.rows, columns: b.rows, data };
}
