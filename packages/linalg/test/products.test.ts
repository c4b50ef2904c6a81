import { matrix, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { columnMeans, crossProduct, gram, type MatrixProduct, matmul, transpose } from '../src/index';
import { expectClose, naiveProduct, naiveTranspose, randomMatrix } from './support';

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
  test.each(sizes)('%i × %i by × %i equals the definition', (m, k, n) => {
    const a = randomMatrix(m, k, 1);
    const b = randomMatrix(k, n, 2);
    expectClose(matmul(a, b, m, k, n), naiveProduct(a, b, m, k, n));
  });

  test('empty sides give zeros or nothing', () => {
    expect(matmul(new Float64Array(0), new Float64Array(0), 2, 0, 2)).toEqual(new Float64Array(4));
    expect(matmul(new Float64Array(0), new Float64Array(6), 0, 2, 3)).toEqual(new Float64Array(0));
  });

  test('float32 input is summed in float64', () => {
    const a = Float32Array.of(1, 2 ** -24, -1);
    const ones = Float32Array.of(1, 1, 1);
    expect(matmul(a, ones, 1, 3, 1)[0]).toBe(2 ** -24);
  });

  test('lengths that do not fit are named', () => {
    expect(() => matmul(new Float64Array(5), new Float64Array(6), 2, 3, 2)).toThrow('left factor has 5 values; 2 × 3');
    expect(() => matmul(new Float64Array(6), new Float64Array(5), 2, 3, 2)).toThrow('right factor has 5 values');
    expect(() => matmul(new Float64Array(6), new Float64Array(6), 2.5, 3, 2)).toThrow('non-negative integers');
  });
});

test('transpose turns rows into columns, and twice is nothing', () => {
  fc.assert(
    fc.property(matrix({ rows: 70, columns: 40 }), ({ rows, columns, data }) => {
      const turned = transpose(data, rows, columns);
      expect(turned).toEqual(naiveTranspose(data, rows, columns));
      expect(transpose(turned, columns, rows)).toEqual(data);
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
    const X = randomMatrix(n, p, 4).map((x) => x + 3);
    const Y = randomMatrix(n, q, 5).map((y) => y - 7);
    const mx = Matrix.from1DArray(n, p, X);
    const my = Matrix.from1DArray(n, q, Y);
    expectClose(gram(X, n, p), mx.transpose().mmul(mx).to1DArray());
    expectClose(crossProduct(X, Y, n, p, q), mx.transpose().mmul(my).to1DArray());
    const cx = mx.center('column');
    const cy = my.center('column');
    expectClose(gram(X, n, p, { center: true }), cx.transpose().mmul(cx).to1DArray());
    expectClose(crossProduct(X, Y, n, p, q, { center: true }), cx.transpose().mmul(cy).to1DArray());
  });

  test('a Gram matrix is exactly symmetric, and the cross product with itself', () => {
    const X = randomMatrix(50, 37, 6);
    const G = gram(X, 50, 37);
    expect(transpose(G, 37, 37)).toEqual(G);
    expectClose(crossProduct(X, X, 50, 37, 37), G);
  });

  test('neither the order of the rows nor, when centred, a shift of the columns changes anything', () => {
    const [n, p] = [40, 6];
    const X = randomMatrix(n, p, 7);
    const reversed = new Float64Array(n * p);
    for (let i = 0; i < n; i++) reversed.set(X.subarray(i * p, (i + 1) * p), (n - 1 - i) * p);
    expectClose(gram(reversed, n, p), gram(X, n, p));
    const shifted = X.map((x, at) => x + 10 ** (at % p));
    expectClose(gram(shifted, n, p, { center: true }), gram(X, n, p, { center: true }), tolerance.normalEquations);
  });

  test('an injected product multiplies the blocks, and its float32 result is summed in float64', () => {
    const [n, p, q] = [2500, 5, 3];
    const X = randomMatrix(n, p, 8);
    const Y = randomMatrix(n, q, 9);
    const calls: number[][] = [];
    const inject: MatrixProduct = (a, b, m, k, columns) => {
      calls.push([m, k, columns]);
      return Float32Array.from(naiveProduct(a, b, m, k, columns));
    };
    expectClose(gram(X, n, p, { matmul: inject }), gram(X, n, p), tolerance.float32);
    expectClose(
      crossProduct(X, Y, n, p, q, { matmul: inject, center: true }),
      crossProduct(X, Y, n, p, q, { center: true }),
      tolerance.float32,
    );
    expect(calls).toEqual([
      [5, 1024, 5],
      [5, 1024, 5],
      [5, 452, 5],
      [5, 1024, 3],
      [5, 1024, 3],
      [5, 452, 3],
    ]);
    expect(() => gram(X, n, p, { matmul: () => new Float64Array(4) })).toThrow(
      'injected matmul gave 4 values; a 5 × 5',
    );
  });

  test('what does not fit is named', () => {
    expect(() => gram(new Float64Array(7), 2, 3)).toThrow('X has 7 values; 2 × 3 needs 6');
    expect(() => crossProduct(new Float64Array(6), new Float64Array(5), 2, 3, 2)).toThrow('Y has 5 values');
    expect(() => gram(new Float64Array(0), 0, 3, { center: true })).toThrow('no rows');
    expect(gram(new Float64Array(0), 0, 2)).toEqual(new Float64Array(4));
  });

  test('column means', () => {
    expect(columnMeans(Float64Array.of(1, 10, 2, 20, 6, 60), 3, 2)).toEqual(Float64Array.of(3, 30));
  });
});
