import { tolerance } from '@interlayer/test-kit';
import { Matrix as Oracle, QrDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import {
  columnMeans,
  crossProduct,
  GramAccumulator,
  gram,
  type LinearModel,
  type Matmul,
  matmul,
  matrix,
  predict,
  ridge,
  rowsOf,
  transpose,
} from '../src/index';
import { expectClose, expectValues, mapped, naiveProduct, randomMatrix } from './support';

const [n, p, q] = [90, 12, 5];
const X = mapped(randomMatrix(n, p, 1), (x, at) => x + (at % p));
/** W, one row for each output. */
const planted = transpose(randomMatrix(p, q, 2));
const noise = randomMatrix(n, q, 3);
const Y = mapped(matmul(X, planted), (y, at) => y + 0.3 * noise.data[at] + 4 - (at % q));

/** Another route to the same minimum: ordinary least squares by QR on rows that carry the penalty, and a column of ones. */
function augmented(lambda: number, intercept: boolean): { coefficients: Oracle; intercept: number[] } {
  const columns = p + (intercept ? 1 : 0);
  const A = Oracle.zeros(n + p, columns);
  const B = Oracle.zeros(n + p, q);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) A.set(i, j, X.data[i * p + j]);
    if (intercept) A.set(i, p, 1);
    for (let j = 0; j < q; j++) B.set(i, j, Y.data[i * q + j]);
  }
  for (let j = 0; j < p; j++) A.set(n + j, j, Math.sqrt(lambda));
  const W = new QrDecomposition(A).solve(B);
  return {
    coefficients: W.subMatrix(0, p - 1, 0, q - 1).transpose(),
    intercept: intercept ? W.getRow(p) : new Array(q).fill(0),
  };
}

async function residuals(model: LinearModel) {
  const fitted = await predict(model, X);
  return mapped(Y, (y, i) => y - fitted.data[i]);
}

describe('ridge', () => {
  test.each([
    [0, true],
    [0, false],
    [2.5, true],
    [2.5, false],
    [1e6, true],
  ])('with lambda %d and intercept %s equals least squares on augmented rows by QR', async (lambda, intercept) => {
    const model = await ridge({ X, Y, lambda, intercept });
    const expected = augmented(lambda, intercept);
    expectClose(model.coefficients, expected.coefficients);
    expectValues(model.intercept, expected.intercept);
  });

  test('the normal equations hold: Xᵀ residual = λWᵀ, and the residuals sum to zero', async () => {
    for (const lambda of [0, 0.7, 30]) {
      const model = await ridge({ X, Y, lambda });
      const rest = await residuals(model);
      expectClose(
        crossProduct(X, rest),
        mapped(transpose(model.coefficients), (w) => lambda * w),
        tolerance.normalEquations,
      );
      expectValues(columnMeans(rest), new Float64Array(q));
    }
  });

  test('no other map does better on the penalised sum of squares', async () => {
    const lambda = 1.5;
    const model = await ridge({ X, Y, lambda });
    const objective = async (candidate: LinearModel) =>
      (await residuals(candidate)).data.reduce((sum, r) => sum + r * r, 0) +
      lambda * candidate.coefficients.data.reduce((sum, w) => sum + w * w, 0);
    const least = await objective(model);
    for (let seed = 20; seed < 40; seed++) {
      const step = randomMatrix(p + 1, q, seed).data;
      for (const size of [1e-3, 1]) {
        const candidate = {
          coefficients: mapped(model.coefficients, (w, i) => w + size * step[i]),
          intercept: model.intercept.map((b, i) => b + size * step[p * q + i]),
        };
        expect(await objective(candidate)).toBeGreaterThan(least);
      }
    }
  });

  test('invariances: a shift of X or Y moves the intercept only; a scale of Y scales all; doubled rows with doubled lambda', async () => {
    const model = await ridge({ X, Y, lambda: 3 });
    const shifted = await ridge({ X: mapped(X, (x) => x + 1000), Y: mapped(Y, (y) => y - 50), lambda: 3 });
    expectClose(shifted.coefficients, model.coefficients);
    const scaled = await ridge({ X, Y: mapped(Y, (y) => -2 * y), lambda: 3 });
    expectClose(
      scaled.coefficients,
      mapped(model.coefficients, (w) => -2 * w),
    );
    const twice = await ridge({
      X: matrix(Float64Array.of(...X.data, ...X.data), p),
      Y: matrix(Float64Array.of(...Y.data, ...Y.data), q),
      lambda: 6,
    });
    expectClose(twice.coefficients, model.coefficients);
    expectValues(twice.intercept, model.intercept);
  });

  test('coefficients shrink as lambda grows, and vanish in the end', async () => {
    const norms: number[] = [];
    for (const lambda of [0, 1, 10, 100, 1e12])
      norms.push(Math.hypot(...(await ridge({ X, Y, lambda })).coefficients.data));
    for (let i = 1; i < norms.length; i++) expect(norms[i]).toBeLessThan(norms[i - 1]);
    expect(norms.at(-1)).toBeLessThan(1e-7);
  });

  test('a noiseless map is found again', async () => {
    const exact = await ridge({ X, Y: matmul(X, planted), lambda: 0, intercept: false });
    expectClose(exact.coefficients, planted);
  });

  test('more columns than rows, or a column of equal values, need a penalty, and say so without one', async () => {
    const wide = { X: rowsOf(X, 0, 5), Y: rowsOf(Y, 0, 5) };
    await expect(ridge({ ...wide, lambda: 0 })).rejects.toThrow(
      /lambda 0 the 12 columns.*from 5 rows; raise lambda.*pivot/,
    );
    const model = await ridge({ ...wide, lambda: 1e-6 });
    // The penalty of 1e-6 leaves about its share of the smallest eigenvalue.
    expectClose(await predict(model, wide.X), wide.Y, tolerance.float32);
    const constant = mapped(X, (x, at) => (at % p === 3 ? 0.1 : x));
    await expect(ridge({ X: constant, Y, lambda: 0 })).rejects.toThrow(/raise lambda.*pivot 3 is 0/);
    expect((await ridge({ X: constant, Y, lambda: 1 })).coefficients.data[3]).toBe(0);
  });

  test('an injected float32 product comes close', async () => {
    const single: Matmul = async (a, b) => {
      const [x, y] = [a, b].map(({ data, columns }) => matrix(Float32Array.from(data), columns));
      const product = naiveProduct(x, transpose(y));
      return { ...product, data: Float32Array.from(product.data) };
    };
    const [model, plain] = [await ridge({ X, Y, lambda: 1, matmul: single }), await ridge({ X, Y, lambda: 1 })];
    expectClose(model.coefficients, plain.coefficients, tolerance.float32);
    expectClose(await predict(model, X, single), await predict(model, X), tolerance.float32);
    const shift = Float64Array.from({ length: p }, (_, j) => 1e5 * (j - 3));
    const far = mapped(X, (x, at) => x + shift[at % p]);
    const [moved, expected] = [await predict(plain, far, single), await predict(plain, far)];
    // About the size of what varies, not of the offset.
    const offset = columnMeans(expected);
    const about = (each: typeof moved) => mapped(each, (value, at) => value - offset[at % q]);
    expectClose(about(moved), about(expected), tolerance.float32);
    expect(await predict(plain, rowsOf(X, 0, 0), single)).toEqual(matrix([], q));
  });

  test('bad input is named', async () => {
    await expect(ridge({ X, Y, lambda: -1 })).rejects.toThrow('lambda is -1');
    await expect(ridge({ X, Y, lambda: Number.NaN })).rejects.toThrow('lambda is NaN');
    await expect(ridge({ X: rowsOf(X, 1, n), Y, lambda: 1 })).rejects.toThrow('X has 89 rows and Y has 90');
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const broken = mapped(X, (x, at) => (at === 40 ? bad : x));
      await expect(ridge({ X: broken, Y, lambda: 1 })).rejects.toThrow(`X has ${bad} in row 3, column 4 (from 0)`);
      await expect(ridge({ X: Y, Y: broken, lambda: 1 })).rejects.toThrow(`Y has ${bad} in row 3, column 4 (from 0)`);
    }
    const huge = mapped(X, (x) => x * 1e200);
    await expect(ridge({ X: huge, Y, lambda: 1 })).rejects.toThrow('beyond the range of float64; divide X and Y');
    expect(() => new GramAccumulator(2, 1).ridge({ lambda: 1 })).toThrow('at least one row');
    await expect(predict(await ridge({ X, Y, lambda: 1 }), Y)).rejects.toThrow('X has 5 columns; the model has 12');
  });
});

describe('GramAccumulator', () => {
  test('batches of any size, by any product, and merged accumulators, equal the whole', async () => {
    const whole = new GramAccumulator(p, q).add(X, Y);
    const batched = new GramAccumulator(p, q);
    const injected = new GramAccumulator(p, q);
    const others = [new GramAccumulator(p, q), new GramAccumulator(p, q), new GramAccumulator(p, q)];
    const inFlight: Promise<unknown>[] = [];
    let from = 0;
    for (const size of [1, 0, 30, 2, 57]) {
      const [x, y] = [rowsOf(X, from, from + size), rowsOf(Y, from, from + size)];
      batched.add(x, y);
      inFlight.push(injected.addBy(async (a, b) => matmul(a, b), x, y));
      others[size % 2].add(x, y);
      from += size;
    }
    await Promise.all(inFlight);
    const merged = others[2].merge(others[0]).merge(others[1]);
    for (const moments of [whole, batched, injected, merged]) {
      expect(moments.n).toBe(n);
      for (const center of [false, true]) {
        expectClose(moments.gram({ center }), gram(X, { center }));
        expectClose(moments.crossProduct({ center }), crossProduct(X, Y, { center }));
        const squares = gram(Y, { center }).data.filter((_, at) => at % (q + 1) === 0);
        expectValues(moments.squares({ center }), squares);
      }
      expectValues(moments.means.x, columnMeans(X));
      expectValues(moments.means.y, columnMeans(Y));
      expectClose(moments.ridge({ lambda: 2 }).coefficients, (await ridge({ X, Y, lambda: 2 })).coefficients);
    }
  });

  test('an injected product sees blocks of at most 1024 rows, transposed', async () => {
    const calls: number[][] = [];
    const moments = new GramAccumulator(2);
    await moments.addBy(
      (a, b) => {
        calls.push([a.rows, b.rows, a.columns]);
        return matmul(a, b);
      },
      randomMatrix(2500, 2, 8),
    );
    expect(calls).toEqual([
      [2, 2, 1024],
      [2, 2, 1024],
      [2, 2, 452],
    ]);
  });

  test('an offset of 1e8 does not cancel the variance away', () => {
    const values = Float64Array.from({ length: 3000 }, (_, i) => 1e8 + (i % 3));
    const moments = new GramAccumulator(1);
    for (let i = 0; i < 3000; i += 50) moments.add(matrix(values.subarray(i, i + 50), 1));
    // The variance of 0, 1, 2 in equal parts is 2/3; the naive Σx² − n·mean² is off by whole units here.
    expect(moments.gram({ center: true }).data[0]).toBeCloseTo(2000, 3);
  });

  test('a batch that does not fit, is not finite or fails half way changes nothing', async () => {
    const moments = new GramAccumulator(p, q).add(X, Y);
    const before = moments.gram();
    expect(() => moments.add(X, rowsOf(Y, 1, n))).toThrow('X has 90 rows and Y has 89');
    expect(() => moments.add(Y, X)).toThrow('X has 5 columns and Y has 12; these are moments of 12 and 5');
    expect(() =>
      moments.add(
        mapped(X, (x, at) => (at === 1079 ? Number.NaN : x)),
        Y,
      ),
    ).toThrow('NaN in row 89');
    expect(() => moments.merge(new GramAccumulator(p, 1))).toThrow('cannot be merged');
    let calls = 0;
    const failing: Matmul = (a, b) => {
      if (++calls === 3) throw new Error('the device is gone');
      return matmul(a, b);
    };
    const [tall, wide] = [randomMatrix(2000, p, 3), randomMatrix(2000, q, 4)];
    await expect(moments.addBy(failing, tall, wide)).rejects.toThrow('the device is gone');
    expect(moments.n).toBe(n);
    expect(moments.gram()).toEqual(before);
  });
});
