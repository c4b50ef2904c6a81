import { seededRandom, tolerance } from '@interlayer/test-kit';
import { expect } from 'vitest';

/** Roughly normal values: the sum of twelve uniform numbers. */
export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  });
}

/** The product by its definition. */
export function naiveProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  m: number,
  k: number,
  n: number,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) c[i * n + j] += a[i * k + l] * b[l * n + j];
    }
  }
  return c;
}

export function naiveTranspose(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]);
}

/** The largest difference, relative to the largest magnitude (or 1), is within `bound`. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number = tolerance.float64) {
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
