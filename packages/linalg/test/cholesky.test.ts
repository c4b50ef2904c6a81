import { tolerance } from '@interlayer/test-kit';
import { CholeskyDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { cholesky, gram, matmul, matrix, solveCholesky, transpose, zeros } from '../src/index';
import { expectClose, expectValues, mapped, naiveProduct, oracle, randomMatrix } from './support';

/** A well-conditioned positive definite matrix. */
const definite = (n: number, seed: number) => gram(randomMatrix(2 * n + 3, n, seed));

describe('cholesky', () => {
  test.each([1, 2, 5, 47, 48, 49, 130])('of size %i: lower triangular, its square is A, as ml-matrix has it', (n) => {
    const A = definite(n, n);
    const L = cholesky(A);
    for (let i = 0; i < n; i++) {
      expect(L.data[i * n + i]).toBeGreaterThan(0);
      for (let j = i + 1; j < n; j++) expect(L.data[i * n + j]).toBe(0);
    }
    expectClose(matmul(L, L), A);
    expectClose(L, new CholeskyDecomposition(oracle(A)).lowerTriangularMatrix);
  });

  test('reads the lower triangle only, and leaves A alone', () => {
    const A = definite(60, 1);
    const lower = mapped(A, (value, at) => (at % 60 > Math.floor(at / 60) ? Number.NaN : value));
    const before = A.data.slice();
    expect(cholesky(lower)).toEqual(cholesky(A));
    expect(A.data).toEqual(before);
  });

  test('works at any scale that holds the values', () => {
    for (const scale of [2 ** 900, 2 ** -900])
      expectValues(
        cholesky(mapped(definite(9, 4), (value) => value * scale)).data.map((value) => value / Math.sqrt(scale)),
        cholesky(definite(9, 4)).data,
      );
  });

  test('an indefinite, a singular and a broken matrix are refused, naming the pivot or the place', () => {
    expect(() => cholesky(matrix([1, 2, 2, 1], 2))).toThrow(/not positive definite: pivot 1 is -3, with 1 on/);
    const dependent = randomMatrix(100, 70, 2);
    for (let i = 0; i < 100; i++)
      dependent.data[i * 70 + 60] = dependent.data[i * 70 + 3] - 2 * dependent.data[i * 70 + 5];
    expect(() => cholesky(gram(dependent))).toThrow(/pivot 60 .*depend on each other.*ridge penalty/);
    const broken = definite(3, 3);
    broken.data[4] = Number.NaN;
    expect(() => cholesky(broken)).toThrow(/NaN in row 1, column 1 \(from 0\)/);
    expect(() => cholesky({ rows: 2, columns: 2, data: new Float64Array(5) })).toThrow('A has 5 values');
    expect(() => cholesky(zeros(2, 3))).toThrow('A is 2 × 3; it must be square');
  });
});

describe('solveCholesky', () => {
  test.each([
    [1, 1],
    [7, 1],
    [48, 3],
    [101, 66],
  ])('of size %i with %i right-hand sides: AX gives B back, and the ml-matrix solution', (n, q) => {
    const A = definite(n, 10 + n);
    const B = randomMatrix(n, q, 11);
    const X = solveCholesky(cholesky(A), B);
    expectClose(naiveProduct(A, X), B);
    expectClose(X, new CholeskyDecomposition(oracle(A)).solve(oracle(B)));
  });

  test('an ill-conditioned system has a small residual though its solution is uncertain', () => {
    const n = 10;
    const hilbert = zeros(n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) hilbert.data[i * n + j] = 1 / (i + j + 1) + (i === j ? 1e-10 : 0);
    }
    const B = randomMatrix(n, 2, 12);
    const X = solveCholesky(cholesky(hilbert), B);
    const largest = X.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeGreaterThan(1e5);
    const product = naiveProduct(hilbert, X).data;
    for (let i = 0; i < product.length; i++)
      expect(Math.abs(product[i] - B.data[i])).toBeLessThan(tolerance.float64 * largest);
  });

  test('what does not fit, or is not a factor, is named', () => {
    const L = cholesky(definite(3, 1));
    expect(() => solveCholesky(L, zeros(2, 1))).toThrow('B has 2 rows and L has 3');
    expect(() => solveCholesky(zeros(2, 2), zeros(2, 1))).toThrow('L has 0 on its diagonal, in row 0');
    expect(() => solveCholesky(L, matrix([1, Number.NaN, 1], 1))).toThrow('B has NaN in row 1, column 0');
    expect(transpose(solveCholesky(L, zeros(3, 0)))).toEqual(zeros(0, 3));
  });
});
