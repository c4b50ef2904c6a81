import { seededRandom, tolerance } from '@interlayer/test-kit';
import { Matrix as Oracle } from 'ml-matrix';
import { expect } from 'vitest';
import { type Float64Matrix, type Matrix, zeros } from '../src/index';

/** Roughly normal values: the sum of twelve uniform numbers. */
export function randomMatrix(rows: number, columns: number, seed: number): Float64Matrix {
  const random = seededRandom(seed);
  const data = Float64Array.from({ length: rows * columns }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  });
  return { rows, columns, data };
}

/** The matrix with every value replaced, given its index. */
export const mapped = (a: Float64Matrix, of: (value: number, at: number) => number): Float64Matrix => ({
  ...a,
  data: a.data.map(of),
});

/** The same values in ml-matrix. */
export const oracle = ({ rows, columns, data }: Matrix) => Oracle.from1DArray(rows, columns, data);

/** The product ab by its definition. */
export function naiveProduct(a: Matrix, b: Matrix): Float64Matrix {
  const c = zeros(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let l = 0; l < a.columns; l++)
        c.data[i * b.columns + j] += a.data[i * a.columns + l] * b.data[l * b.columns + j];
    }
  }
  return c;
}

export function naiveTranspose({ rows, columns, data }: Matrix): Float64Matrix {
  return {
    rows: columns,
    columns: rows,
    data: Float64Array.from(data, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)]),
  };
}

/** The shapes are the same, and the largest difference, relative to the largest magnitude (or 1), is within `bound`. */
export function expectClose(actual: Matrix, expected: Matrix | Oracle, bound: number = tolerance.float64) {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns]);
  expectValues(actual.data, expected instanceof Oracle ? expected.to1DArray() : expected.data, bound);
}

/** The same for lists of numbers. */
export function expectValues(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number = tolerance.float64,
) {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    if (!(difference <= worst)) worst = difference;
  }
  expect(worst).toBeLessThanOrEqual(bound * scale);
}
