import { tolerance } from '@interlayer/test-kit';
import { Matrix, QrDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import {
  columnMeans,
  crossProduct,
  GramAccumulator,
  gram,
  type MatrixProduct,
  matmul,
  predict,
  ridge,
} from '../src/index';
import { expectClose, naiveProduct, randomMatrix } from './support';

const [n, p, q] = [90, 12, 5];
const X = randomMatrix(n, p, 1).map((x, at) => x + (at % p));
const planted = randomMatrix(p, q, 2);
const noise = randomMatrix(n, q, 3);
const Y = matmul(X, planted, n, p, q).map((y, at) => y + 0.3 * noise[at] + 4 - (at % q));

/** Another route to the same minimum: ordinary least squares by QR on rows that carry the penalty, and a column of ones. */
function augmented(lambda: number, intercept: boolean): { coefficients: number[]; intercept: number[] } {
  const columns = p + (intercept ? 1 : 0);
  const A = Matrix.zeros(n + p, columns);
  const B = Matrix.zeros(n + p, q);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) A.set(i, j, X[i * p + j]);
    if (intercept) A.set(i, p, 1);
    for (let j = 0; j < q; j++) B.set(i, j, Y[i * q + j]);
  }
  for (let j = 0; j < p; j++) A.set(n + j, j, Math.sqrt(lambda));
  const W = new QrDecomposition(A).solve(B).to2DArray();
  return { coefficients: W.slice(0, p).flat(), intercept: intercept ? [...W[p]] : new Array(q).fill(0) };
}

function residuals(model: ReturnType<typeof ridge>): Float64Array {
  const fitted = predict(model, X, n);
  return Y.map((y, i) => y - fitted[i]);
}

describe('ridge', () => {
  test.each([
    [0, true],
    [0, false],
    [2.5, true],
    [2.5, false],
    [1e6, true],
  ])('with lambda %d and intercept %s equals least squares on augmented rows by QR', (lambda, intercept) => {
    const model = ridge({ X, Y, n, p, q, lambda, intercept });
    const oracle = augmented(lambda, intercept);
    expectClose(model.coefficients, oracle.coefficients);
    expectClose(model.intercept, oracle.intercept);
  });

  test('the normal equations hold: Xᵀ residual = λW, and the residuals sum to zero', () => {
    for (const lambda of [0, 0.7, 30]) {
      const model = ridge({ X, Y, n, p, q, lambda });
      const rest = residuals(model);
      expectClose(
        crossProduct(X, rest, n, p, q),
        model.coefficients.map((w) => lambda * w),
        tolerance.normalEquations,
      );
      expectClose(columnMeans(rest, n, q), new Float64Array(q));
    }
  });

  test('no other map does better on the penalised sum of squares', () => {
    const lambda = 1.5;
    const model = ridge({ X, Y, n, p, q, lambda });
    const objective = (candidate: typeof model) =>
      residuals(candidate).reduce((sum, r) => sum + r * r, 0) +
      lambda * candidate.coefficients.reduce((sum, w) => sum + w * w, 0);
    const least = objective(model);
    for (let seed = 20; seed < 40; seed++) {
      const step = randomMatrix(p + 1, q, seed);
      for (const size of [1e-3, 1]) {
        const candidate = {
          coefficients: model.coefficients.map((w, i) => w + size * step[i]),
          intercept: model.intercept.map((b, i) => b + size * step[p * q + i]),
        };
        expect(objective(candidate)).toBeGreaterThan(least);
      }
    }
  });

  test('invariances: a shift of X or Y moves the intercept only; a scale of Y scales all; doubled rows with doubled lambda', () => {
    const model = ridge({ X, Y, n, p, q, lambda: 3 });
    const shifted = ridge({ X: X.map((x) => x + 1000), Y: Y.map((y) => y - 50), n, p, q, lambda: 3 });
    expectClose(shifted.coefficients, model.coefficients);
    const scaled = ridge({ X, Y: Y.map((y) => -2 * y), n, p, q, lambda: 3 });
    expectClose(
      scaled.coefficients,
      model.coefficients.map((w) => -2 * w),
    );
    const twice = ridge({
      X: Float64Array.of(...X, ...X),
      Y: Float64Array.of(...Y, ...Y),
      n: 2 * n,
      p,
      q,
      lambda: 6,
    });
    expectClose(twice.coefficients, model.coefficients);
    expectClose(twice.intercept, model.intercept);
  });

  test('coefficients shrink as lambda grows, and vanish in the end', () => {
    const norms = [0, 1, 10, 100, 1e12].map((lambda) => Math.hypot(...ridge({ X, Y, n, p, q, lambda }).coefficients));
    for (let i = 1; i < norms.length; i++) expect(norms[i]).toBeLessThan(norms[i - 1]);
    expect(norms.at(-1)).toBeLessThan(1e-7);
  });

  test('a noiseless map is found again', () => {
    const exact = ridge({ X, Y: matmul(X, planted, n, p, q), n, p, q, lambda: 0, intercept: false });
    expectClose(exact.coefficients, planted);
  });

  test('more columns than rows need a penalty, and say so without one', () => {
    const wide = { X: X.subarray(0, 5 * p), Y: Y.subarray(0, 5 * q), n: 5, p, q };
    expect(() => ridge({ ...wide, lambda: 0 })).toThrow(/lambda 0 the 12 columns.*from 5 rows; raise lambda.*pivot/);
    const model = ridge({ ...wide, lambda: 1e-6 });
    // The penalty of 1e-6 leaves about its share of the smallest eigenvalue.
    expectClose(predict(model, wide.X, 5), wide.Y, tolerance.float32);
  });

  test('an injected float32 product comes close', () => {
    const single: MatrixProduct = (a, b, m, k, columns) =>
      Float32Array.from(naiveProduct(Float32Array.from(a), Float32Array.from(b), m, k, columns));
    const model = ridge({ X, Y, n, p, q, lambda: 1, matmul: single });
    expectClose(model.coefficients, ridge({ X, Y, n, p, q, lambda: 1 }).coefficients, tolerance.float32);
    expectClose(predict(model, X, n, { matmul: single }), predict(model, X, n), tolerance.float32);
  });

  test('bad input is named', () => {
    expect(() => ridge({ X, Y, n, p, q, lambda: -1 })).toThrow('lambda is -1');
    expect(() => ridge({ X, Y, n, p, q, lambda: Number.NaN })).toThrow('lambda is NaN');
    expect(() => ridge({ X, Y, n: n - 1, p, q, lambda: 1 })).toThrow('X has 1080 values; 89 × 12 needs 1068');
    expect(() => new GramAccumulator(2, 1).ridge({ lambda: 1 })).toThrow('at least one row');
    expect(() => predict(ridge({ X, Y, n, p, q, lambda: 1 }), new Float64Array(5), 1)).toThrow('1 rows of 12 inputs');
  });
});

describe('GramAccumulator', () => {
  test('batches of any size, and merged accumulators, equal the whole', () => {
    const whole = new GramAccumulator(p, q).add(X, n, Y);
    const batched = new GramAccumulator(p, q);
    const others = [new GramAccumulator(p, q), new GramAccumulator(p, q), new GramAccumulator(p, q)];
    let from = 0;
    for (const size of [1, 0, 30, 2, 57]) {
      const x = X.subarray(from * p, (from + size) * p);
      const y = Y.subarray(from * q, (from + size) * q);
      batched.add(x, size, y);
      others[size % 2].add(x, size, y);
      from += size;
    }
    const merged = others[2].merge(others[0]).merge(others[1]);
    for (const moments of [whole, batched, merged]) {
      expect(moments.n).toBe(n);
      for (const center of [false, true]) {
        expectClose(moments.gram({ center }), gram(X, n, p, { center }));
        expectClose(moments.crossProduct({ center }), crossProduct(X, Y, n, p, q, { center }));
        const squares = gram(Y, n, q, { center }).filter((_, at) => at % (q + 1) === 0);
        expectClose(moments.squares({ center }), squares);
      }
      expectClose(moments.means.x, columnMeans(X, n, p));
      expectClose(moments.means.y, columnMeans(Y, n, q));
      expectClose(moments.ridge({ lambda: 2 }).coefficients, ridge({ X, Y, n, p, q, lambda: 2 }).coefficients);
    }
  });

  test('an offset of 1e8 does not cancel the variance away', () => {
    const values = Float64Array.from({ length: 3000 }, (_, i) => 1e8 + (i % 3));
    const moments = new GramAccumulator(1);
    for (let i = 0; i < 3000; i += 50) moments.add(values.subarray(i, i + 50), 50);
    // The variance of 0, 1, 2 in equal parts is 2/3; the naive Σx² − n·mean² is off by whole units here.
    expect(moments.gram({ center: true })[0]).toBeCloseTo(2000, 3);
  });

  test('a batch that does not fit changes nothing', () => {
    const moments = new GramAccumulator(p, q).add(X, n, Y);
    const before = moments.gram();
    expect(() => moments.add(X, n, Y.subarray(1))).toThrow('Y has 449 values');
    expect(() => moments.merge(new GramAccumulator(p, 1))).toThrow('cannot be merged');
    expect(moments.n).toBe(n);
    expect(moments.gram()).toEqual(before);
  });
});
