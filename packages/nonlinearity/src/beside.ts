import type { Matrix } from '@interlayer/linalg';

/** The columns of all matrices, side by side. */
export function beside(matrices: readonly Matrix[]): Matrix {
  if (matrices.length === 1) return matrices[0];
  const { rows } = matrices[0];
  const columns = matrices.reduce((sum, each) => sum + each.columns, 0);
  const size = rows * columns;
  const data = matrices.every((each) => each.data instanceof Float32Array)
    ? new Float32Array(size)
    : new Float64Array(size);
  let left = 0;
  for (const each of matrices) {
    for (let row = 0; row < rows; row++)
      data.set(each.data.subarray(row * each.columns, (row + 1) * each.columns), row * columns + left);
    left += each.columns;
  }
  return { rows, columns, data };
}
