import { matrix as anyMatrix, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addColumnProducts,
  columnMeans,
  crossProduct,
  gram,
  matmul,
  matrix,
  multiply,
  rowsOf,
  takeRows,
  transpose,
  zeros,
} from '../src/index';
import { expectClose, expectValues, mapped, naiveProduct, naiveTranspose, oracle, randomMatrix } from './support';

// Sizes on both sides of every tile: 4 × 2 sums, 64 rows, 256 values, 1024 rows a block.
const sizes: [number, number, number][] = [
  [1, 1, 1],
  [3, 5, 2],
  [4, 256, 64],
  [5, 257, 65],
  [67, 300, 131],
  [66, 3, 63],
];

describe('matmul', () => {
  test.each(sizes)('rows of %i × %i with rows of %i, equals the definition', (m, k, n) => {
    const a = randomMatrix(m, k, 1);
    const b = randomMatrix(n, k, 2);
    expectClose(matmul(a, b), naiveProduct(a, naiveTranspose(b)));
  });

  test('empty sides give zeros or nothing', () => {
    expect(matmul(zeros(2, 0), zeros(3, 0))).toEqual(zeros(2, 3));
    expect(matmul(zeros(0, 2), zeros(3, 2))).toEqual(zeros(0, 3));
  });

  test('float32 input is summed in float64', () => {
    const a = matrix(Float32Array.of(1, 2 ** -24, -1), 3);
    expect(matmul(a, matrix(Float32Array.of(1, 1, 1), 3)).data[0]).toBe(2 ** -24);
  });

  test('shapes that do not fit are named', () => {
    expect(() => matmul(zeros(2, 3), zeros(2, 2))).toThrow('a has 3 columns and b has 2');
    expect(() => matmul({ ...zeros(2, 3), data: new Float64Array(5) }, zeros(2, 3))).toThrow(
      'a has 5 values; 2 × 3 needs 6',
    );
    expect(() => matmul({ ...zeros(2, 3), rows: 2.5 }, zeros(2, 3))).toThrow('non-negative integers');
  });

  test('an injected product may be asynchronous, but must have the shape of a · bᵀ', async () => {
    const [a, b] = [randomMatrix(3, 4, 1), randomMatrix(2, 4, 2)];
    expect(await multiply(async (...factors) => matmul(...factors), a, b)).toEqual(matmul(a, b));
    await expect(multiply((x) => x, a, b)).rejects.toThrow('gave 3 × 4 for 3 and 2 rows; it must compute a · bᵀ');
  });
});

test.each(sizes)(
  'column products of %i rows of %i and of %i values, within larger matrices, equal the definition',
  (n, p, q) => {
    // Regions that begin in row 1, column 2 of matrices with three columns more.
    const [A, B, C] = [randomMatrix(n + 1, p + 3, 1), randomMatrix(n + 1, q + 3, 2), randomMatrix(p + 1, q + 3, 3)];
    const region = ({ columns, data }: typeof A) => ({ data, start: columns + 2, stride: columns });
    const expected = mapped(C, (value, at) => {
      const [i, j] = [Math.floor(at / C.columns) - 1, (at % C.columns) - 2];
      if (i < 0 || j < 0 || j >= q) return value;
      let sum = value;
      for (let r = 1; r <= n; r++) sum += A.data[r * A.columns + i + 2] * B.data[r * B.columns + j + 2];
      return sum;
    });
    addColumnProducts(region(C), region(A), region(B), p, q, n);
    expectClose(C, expected);
  },
);

test('matrix wraps values without copying typed arrays, and refuses what does not fill its rows', () => {
  const data = Float32Array.of(1, 2, 3, 4);
  expect(matrix(data, 2)).toEqual({ rows: 2, columns: 2, data });
  expect(matrix(data, 2).data).toBe(data);
  expect(matrix([1, 2], 1).data).toEqual(Float64Array.of(1, 2));
  expect(rowsOf(matrix(data, 1), 1, 3).data).toEqual(Float32Array.of(2, 3));
  expect(takeRows(matrix(data, 2), [1, 0, 1])).toEqual(matrix(Float32Array.of(3, 4, 1, 2, 3, 4), 2));
  expect(takeRows(matrix([1, 2], 1), [1])).toEqual(matrix([2], 1));
  expect(() => matrix(data, 3)).toThrow('4 values do not fill rows of 3 columns');
  expect(() => matrix(data, 0)).toThrow('positive integer of columns, not 0');
});

test('transpose turns rows into columns, and twice is nothing', () => {
  fc.assert(
    fc.property(anyMatrix({ rows: 70, columns: 40 }), (a) => {
      const turned = transpose(a);
      expect(turned).toEqual(naiveTranspose(a));
      expect(transpose(turned)).toEqual(a);
    }),
    { seed: 3, numRuns: 50 },
  );
});

describe('gram and cross product', () => {
  test.each([
    [1, 1, 1],
    [5, 3, 2],
    [1025, 67, 3],
    [300, 130, 66],
  ])('of %i rows with %i and %i columns equal ml-matrix, plain and centred', (n, p, q) => {
    const X = mapped(randomMatrix(n, p, 4), (x) => x + 3);
    const Y = mapped(randomMatrix(n, q, 5), (y) => y - 7);
    const [mx, my] = [oracle(X), oracle(Y)];
    expectClose(gram(X), mx.transpose().mmul(mx));
    expectClose(crossProduct(X, Y), mx.transpose().mmul(my));
    const [cx, cy] = [oracle(X).center('column'), oracle(Y).center('column')];
    expectClose(gram(X, { center: true }), cx.transpose().mmul(cx));
    expectClose(crossProduct(X, Y, { center: true }), cx.transpose().mmul(cy));
  });

  test('a Gram matrix is exactly symmetric, and the cross product with itself', () => {
    const X = randomMatrix(50, 37, 6);
    const G = gram(X);
    expect(transpose(G)).toEqual(G);
    expectClose(crossProduct(X, X), G);
  });

  test('neither the order of the rows nor, when centred, a shift of the columns changes anything', () => {
    const [n, p] = [40, 6];
    const X = randomMatrix(n, p, 7);
    const reversed = zeros(n, p);
    for (let i = 0; i < n; i++) reversed.data.set(rowsOf(X, i, i + 1).data, (n - 1 - i) * p);
    expectClose(gram(reversed), gram(X));
    const shifted = mapped(X, (x, at) => x + 10 ** (at % p));
    expectClose(gram(shifted, { center: true }), gram(X, { center: true }), tolerance.normalEquations);
  });

  test('a column of equal values has exactly that mean, and no variance or covariance', () => {
    for (const value of [0.1, 1 / 3, 1e300, -7e-300]) {
      const X = mapped(randomMatrix(1500, 2, 8), (x, at) => (at % 2 === 0 ? value : x));
      expect(columnMeans(X)[0]).toBe(value);
      const G = gram(X, { center: true });
      expect([G.data[0], G.data[1]]).toEqual([0, 0]);
    }
  });

  test('what does not fit, or is not finite, is named', () => {
    expect(() => gram({ ...zeros(2, 3), data: new Float64Array(7) })).toThrow('X has 7 values; 2 × 3 needs 6');
    expect(() => crossProduct(zeros(2, 3), zeros(3, 3))).toThrow('X has 2 rows and Y has 3');
    expect(() => gram(zeros(0, 3), { center: true })).toThrow('no rows');
    expect(gram(zeros(0, 2))).toEqual(zeros(2, 2));
    const broken = matrix([1, 2, 3, Number.NaN, 5, 6], 2);
    expect(() => gram(broken)).toThrow('X has NaN in row 1, column 1 (from 0)');
    expect(() => crossProduct(zeros(3, 1), broken)).toThrow('Y has NaN in row 1, column 1');
    expect(() => columnMeans(matrix([Number.POSITIVE_INFINITY], 1))).toThrow('X has Infinity in row 0, column 0');
  });

  test('column means, also where a sum would overflow', () => {
    expect(columnMeans(matrix([1, 10, 2, 20, 6, 60], 2))).toEqual(Float64Array.of(3, 30));
    expectValues(
      columnMeans(matrix(new Float64Array(9).fill(1e308), 1)).map((x) => x / 1e308),
      [1],
    );
  });
});
