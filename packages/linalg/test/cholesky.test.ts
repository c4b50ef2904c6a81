import { tolerance } from '@interlayer/test-kit';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { cholesky, gram, matmul, solveCholesky, transpose } from '../src/index';
import { expectClose, randomMatrix } from './support';

/** A well-conditioned positive definite matrix. */
const definite = (n: number, seed: number) => gram(randomMatrix(2 * n + 3, n, seed), 2 * n + 3, n);

describe('cholesky', () => {
  test.each([1, 2, 5, 47, 48, 49, 130])('of size %i: lower triangular, its square is A, as ml-matrix has it', (n) => {
    const A = definite(n, n);
    const L = cholesky(A, n);
    for (let i = 0; i < n; i++) {
      expect(L[i * n + i]).toBeGreaterThan(0);
      for (let j = i + 1; j < n; j++) expect(L[i * n + j]).toBe(0);
    }
    expectClose(matmul(L, transpose(L, n, n), n, n, n), A);
    const oracle = new CholeskyDecomposition(Matrix.from1DArray(n, n, A));
    expectClose(L, oracle.lowerTriangularMatrix.to1DArray());
  });

  test('reads the lower triangle only, and leaves A alone', () => {
    const A = definite(60, 1);
    const lower = A.map((value, at) => (at % 60 > Math.floor(at / 60) ? Number.NaN : value));
    const before = A.slice();
    expect(cholesky(lower, 60)).toEqual(cholesky(A, 60));
    expect(A).toEqual(before);
  });

  test('an indefinite, a singular and a broken matrix are refused, naming the pivot', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite: pivot 1 is -3, with 1 on/);
    const dependent = randomMatrix(100, 70, 2);
    for (let i = 0; i < 100; i++) dependent[i * 70 + 60] = dependent[i * 70 + 3] - 2 * dependent[i * 70 + 5];
    expect(() => cholesky(gram(dependent, 100, 70), 70)).toThrow(/pivot 60 .*depend on each other.*ridge penalty/);
    const broken = definite(3, 3);
    broken[4] = Number.NaN;
    expect(() => cholesky(broken, 3)).toThrow(/pivot 1 is NaN.*NaN or infinite/);
    expect(() => cholesky(new Float64Array(5), 2)).toThrow('A has 5 values');
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
    const X = solveCholesky(cholesky(A, n), B, n, q);
    expectClose(matmul(A, X, n, n, q), B);
    const oracle = new CholeskyDecomposition(Matrix.from1DArray(n, n, A)).solve(Matrix.from1DArray(n, q, B));
    expectClose(X, oracle.to1DArray());
  });

  test('an ill-conditioned system has a small residual though its solution is uncertain', () => {
    const n = 10;
    const hilbert = Float64Array.from({ length: n * n }, (_, at) => 1 / (Math.floor(at / n) + (at % n) + 1));
    for (let i = 0; i < n; i++) hilbert[i * n + i] += 1e-10;
    const B = randomMatrix(n, 2, 12);
    const X = solveCholesky(cholesky(hilbert, n), B, n, 2);
    const largest = X.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeGreaterThan(1e5);
    const product = matmul(hilbert, X, n, n, 2);
    for (let i = 0; i < B.length; i++) expect(Math.abs(product[i] - B[i])).toBeLessThan(tolerance.float64 * largest);
  });

  test('lengths that do not fit are named', () => {
    expect(() => solveCholesky(new Float64Array(4), new Float64Array(3), 2, 2)).toThrow('B has 3 values');
  });
});
