import { type Float64Matrix, type Matmul, type Matrix, matmul, matrix } from '@interlayer/linalg';
import { seededRandom } from '@interlayer/test-kit';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Estimator } from '../src/index';

/** Normal values, by Box and Muller. */
export function normal(rows: number, columns: number, seed: number): Float64Matrix {
  const random = seededRandom(seed);
  // Until the generator's state has mixed, neighbouring seeds draw alike.
  for (let i = 0; i < 64; i++) random();
  const value = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return matrix(Float64Array.from({ length: rows * columns }, value), columns);
}

/** The same shape, with values computed from the old value, the row and the column. */
export const mapped = (
  { rows, columns, data }: Matrix,
  of: (value: number, row: number, column: number) => number,
): Float64Matrix => ({
  rows,
  columns,
  data: Float64Array.from(data, (value, at) => of(value, Math.floor(at / columns), at % columns)),
});

/** The given rows in the given order. */
export const pick = ({ columns, data }: Matrix, rows: readonly number[]): Float64Matrix =>
  matrix(
    rows.flatMap((row) => [...data.subarray(row * columns, (row + 1) * columns)]),
    columns,
  );

/** The columns of both, side by side. */
export const beside = (a: Matrix, b: Matrix): Float64Matrix =>
  matrix(
    Array.from({ length: a.rows }, (_, i) => [
      ...a.data.subarray(i * a.columns, (i + 1) * a.columns),
      ...b.data.subarray(i * b.columns, (i + 1) * b.columns),
    ]).flat(),
    a.columns + b.columns,
  );

/** An orthogonal p × p matrix: Gram and Schmidt on a random one. */
export function orthogonal(p: number, seed: number): Float64Matrix {
  const rows: number[][] = [];
  for (let i = 0; i < p; i++) {
    let row = [...normal(1, p, seed + i).data];
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const product = row.reduce((sum, value, j) => sum + value * other[j], 0);
        row = row.map((value, j) => value - product * other[j]);
      }
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return matrix(rows.flat(), p);
}

/** Two matrices with the same number of rows: Y is partly a rotation of X, of any rank, each on a scale of its own. */
export const pairs = ({ least = 4, most = 12 } = {}) =>
  fc
    .record({
      n: fc.integer({ min: least, max: most }),
      p: fc.integer({ min: 1, max: 14 }),
      q: fc.integer({ min: 1, max: 14 }),
      rank: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(1e6),
      share: fc.constantFrom(0, 0.5, 0.9),
      scales: fc.tuple(fc.constantFrom(1e-6, 1, 1e6), fc.constantFrom(1e-6, 1, 1e6)),
      offset: fc.constantFrom(0, 1, -100),
    })
    .map(({ n, p, q, rank, seed, share, scales, offset }) => {
      const low = (columns: number, from: Float64Matrix, at: number) =>
        matmul(from, normal(columns, rank, at)) as Float64Matrix;
      const [a, b] = [normal(n, rank, seed), normal(n, rank, seed + 1)];
      const mixture = mapped(a, (value, i, j) => share * value + (1 - share) * b.data[i * rank + j]);
      const place = (X: Float64Matrix, scale: number) => mapped(X, (value) => scale * (value + offset));
      return { X: place(low(p, a, seed + 2), scales[0]), Y: place(low(q, mixture, seed + 3), scales[1]) };
    });

type Gram = number[][];

/** The Gram matrix by its definition. */
export const naiveGram = (X: Matrix, kernel: (x: Float64Array, y: Float64Array) => number = dot): Gram => {
  const rows = Array.from({ length: X.rows }, (_, i) =>
    Float64Array.from(X.data.subarray(i * X.columns, (i + 1) * X.columns)),
  );
  return rows.map((x) => rows.map((y) => kernel(x, y)));
};

export const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, j) => sum + value * y[j], 0);

export const rbf = (sigma: number) => (x: Float64Array, y: Float64Array) =>
  Math.exp(-x.reduce((sum, value, j) => sum + (value - y[j]) ** 2, 0) / (2 * sigma ** 2));

/** X about its column means, by plain sums. */
export function naiveCentred(X: Matrix): Float64Matrix {
  const means = new Float64Array(X.columns);
  for (let i = 0; i < X.rows; i++) for (let j = 0; j < X.columns; j++) means[j] += X.data[i * X.columns + j] / X.rows;
  return mapped(X, (value, _, j) => value - means[j]);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** tr(KHLH) / (n − 1)², with the matrix products written out. */
export function naiveBiased(K: Gram, L: Gram): number {
  const n = K.length;
  const H = K.map((_, i) => K.map((__, j) => (i === j ? 1 : 0) - 1 / n));
  const product = (a: Gram, b: Gram) => a.map((row) => b[0].map((_, j) => sum(row.map((value, k) => value * b[k][j]))));
  const M = product(product(K, H), product(L, H));
  return sum(M.map((row, i) => row[i])) / (n - 1) ** 2;
}

/** HSIC₁ as Song et al. print it (2012), with zeroed diagonals. */
export function naiveDebiased(K: Gram, L: Gram): number {
  const n = K.length;
  const [k, l] = [K, L].map((G) => G.map((row, i) => row.map((value, j) => (i === j ? 0 : value))));
  const trace = sum(k.map((row, i) => sum(row.map((value, j) => value * l[j][i]))));
  const [r, s] = [k, l].map((G) => G.map(sum));
  const crossed = sum(r.map((value, i) => value * s[i]));
  return (trace + (sum(r) * sum(s)) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * crossed) / (n * (n - 3));
}

/** The U-statistic itself: means over all pairs, triples and quadruples of different items. O(n⁴). */
export function uStatistic(K: Gram, L: Gram): number {
  const n = K.length;
  const items = [...Array(n).keys()];
  let [pairs, triples, quadruples] = [0, 0, 0];
  for (const i of items)
    for (const j of items) {
      if (j === i) continue;
      pairs += K[i][j] * L[i][j];
      for (const k of items) {
        if (k === i || k === j) continue;
        triples += K[i][j] * L[i][k];
        for (const m of items) if (m !== i && m !== j && m !== k) quadruples += K[i][j] * L[k][m];
      }
    }
  const [two, three, four] = [n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)];
  return pairs / two + quadruples / four - (2 * triples) / three;
}

export const naive = { debiased: naiveDebiased, biased: naiveBiased };

/** CKA with linear kernels, from Gram matrices of centred rows. */
export function naiveCka(X: Matrix, Y: Matrix, estimator: Estimator = 'debiased'): number {
  const [K, L] = [naiveGram(naiveCentred(X)), naiveGram(naiveCentred(Y))];
  const hsic = naive[estimator];
  return hsic(K, L) / Math.sqrt(hsic(K, K) * hsic(L, L));
}

/** The product with every operation rounded to float32. */
export const singleMatmul: Matmul = async (a, b) => {
  const data = new Float32Array(a.rows * b.rows);
  const [x, y] = [a, b].map((each) => {
    expect(each.data).toBeInstanceOf(Float32Array);
    return each.data;
  });
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let total = 0;
      for (let k = 0; k < a.columns; k++)
        total = Math.fround(total + Math.fround(x[i * a.columns + k] * y[j * a.columns + k]));
      data[i * b.rows + j] = total;
    }
  }
  return { rows: a.rows, columns: b.rows, data };
};

/** A number, not null, within `bound` of another. */
export function expectNear(actual: number | null, expected: number | null, bound: number) {
  expect(actual).not.toBeNull();
  expect(expected).not.toBeNull();
  expect(Math.abs(actual! - expected!)).toBeLessThanOrEqual(bound);
}
