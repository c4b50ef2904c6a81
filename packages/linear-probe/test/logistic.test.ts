import { matrix } from '@interlayer/linalg';
import { randomValues, tolerance } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { fitLogistic, fitRidgeClassifiers, fitStandardizer, softmaxLoss, standardize } from '../src/index';
import { formulaData, ones, plantedData } from './formula-data';
import { newton } from './newton';
import { expectClose } from './support';

const plantedRows = { ...plantedData({ n: 60 }), weights: ones(60) };

describe('softmaxLoss', () => {
  // One to nine rows and two to five classes meet every remainder of the tiles.
  test.each([
    [1, 1, 2],
    [2, 3, 3],
    [3, 4, 4],
    [4, 5, 5],
    [9, 2, 3],
    [8, 7, 2],
  ])('%d rows, %d columns, %d classes: loss by its definition, gradient by differences', (n, d, classes) => {
    const X = matrix(Float64Array.from(randomValues(n * d, 1)), d);
    const ids = Int32Array.from({ length: n }, (_, i) => (i * 7) % classes);
    const weights = Float64Array.from(randomValues(n, 2), (value) => value + 1.5);
    const lambda = 0.3;
    const objective = softmaxLoss({ X, ids, classes, weights }, lambda);
    const at = Float64Array.from(randomValues(classes * (d + 1), 3));
    const gradient = new Float64Array(at.length);

    let expected = 0;
    const total = weights.reduce((a, b) => a + b);
    for (let i = 0; i < n; i++) {
      const scores = Array.from({ length: classes }, (_, c) => {
        let score = at[classes * d + c];
        for (let j = 0; j < d; j++) score += at[c * d + j] * X.data[i * d + j];
        return score;
      });
      expected -=
        (weights[i] / total) * Math.log(Math.exp(scores[ids[i]]) / scores.reduce((a, s) => a + Math.exp(s), 0));
    }
    for (const w of at.subarray(0, classes * d)) expected += (lambda / 2) * w * w;
    expect(Math.abs(objective(at, gradient) - expected)).toBeLessThan(tolerance.float64);

    const h = 1e-5;
    const differences = at.map((_, j) => {
      const moved = (by: number) => {
        const x = at.slice();
        x[j] += by;
        return objective(x, new Float64Array(at.length));
      };
      return (moved(h) - moved(-h)) / (2 * h);
    });
    expectClose(gradient, differences, tolerance.finiteDifference64);
  });

  test('scores of a thousand do not overflow', () => {
    const objective = softmaxLoss(
      { X: matrix([1000, -1000], 1), ids: Int32Array.of(0, 0), classes: 2, weights: ones(2) },
      0,
    );
    const gradient = new Float64Array(4);
    expect(objective(Float64Array.of(1, -1, 0, 0), gradient)).toBeCloseTo(1000, 9);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('fitLogistic', () => {
  const { X: raw, ids, classes } = formulaData();
  const X = standardize(raw, fitStandardizer(raw, { name: 'train', rows: Int32Array.from(ids.keys()) }));
  const rows = { X, ids, classes, weights: ones(X.rows) };

  test.each([0, 1e-4, 1e-2, 1, 100])('with lambda %d finds the minimum that Newton’s method finds', (lambda) => {
    const weights = Float64Array.from(ids, (id, i) => 1 + id + (i % 3));
    const model = fitLogistic({ ...rows, weights, lambda });
    const expected = newton({ ...rows, weights }, lambda);
    expect(model.gradientNorm).toBeLessThan(1e-6);
    expect(Math.abs(model.loss - expected.loss)).toBeLessThan(tolerance.float64);
    // Without a penalty only differences between classes are determined; both start where the classes' weights sum to zero.
    const exact = fitLogistic({ ...rows, weights, lambda, tolerance: 1e-9 });
    expectClose(exact.coefficients.data, expected.coefficients, tolerance.recordedOptimum);
  });

  test('finds the same from anywhere: the weights of classes sum to zero, and the intercepts are free', () => {
    const exact = fitLogistic({ ...rows, lambda: 0.1, tolerance: 1e-9 });
    const far = {
      coefficients: matrix(
        Float64Array.from(randomValues(24, 5), (x) => 5 * x),
        6,
      ),
      intercept: Float64Array.of(9, -9, 3, 0),
    };
    const other = fitLogistic({ ...rows, lambda: 0.1, tolerance: 1e-9, start: far });
    expectClose(other.coefficients.data, exact.coefficients.data, 1e-7);
    for (let j = 0; j < 6; j++)
      expect([0, 1, 2, 3].reduce((sum, c) => sum + exact.coefficients.data[c * 6 + j], 0)).toBeCloseTo(0, 9);
    const shifted = fitLogistic({
      ...rows,
      X: matrix(
        X.data.map((x) => x + 7),
        6,
      ),
      lambda: 0.1,
      tolerance: 1e-9,
    });
    expectClose(shifted.coefficients.data, exact.coefficients.data, 1e-6);
  });

  test('with an overwhelming penalty the probabilities are the shares of the classes', () => {
    const { coefficients, intercept } = fitLogistic({ ...rows, lambda: 1e8, tolerance: 1e-9 });
    expect(Math.max(...coefficients.data.map(Math.abs))).toBeLessThan(1e-6);
    const sum = intercept.reduce((total, b) => total + Math.exp(b), 0);
    for (let c = 0; c < classes; c++)
      expect(Math.exp(intercept[c]) / sum).toBeCloseTo(ids.filter((id) => id === c).length / ids.length, 7);
  });

  test('a class without rows has probability 0 and leaves the others as they are', () => {
    const spread = ids.map((id) => 2 * id);
    const model = fitLogistic({ ...rows, ids: spread, classes: 8, lambda: 0.1 });
    const plain = fitLogistic({ ...rows, lambda: 0.1 });
    expect(Array.from(model.intercept, Number.isFinite)).toEqual([true, false, true, false, true, false, true, false]);
    expect(model.loss).toBe(plain.loss);
    expect(model.coefficients.data.subarray(12, 18)).toEqual(plain.coefficients.data.subarray(6, 12));
    const warm = fitLogistic({ ...rows, ids: spread, classes: 8, lambda: 0.1, start: model });
    expect(warm.iterations).toBe(0);
  });

  test('what has no optimum is refused: separable classes without a penalty', () => {
    const X = matrix([-2, -1, 1, 2], 1);
    const separable = { X, ids: Int32Array.of(0, 0, 1, 1), classes: 2, weights: ones(4) };
    expect(() => fitLogistic({ ...separable, lambda: 0 })).toThrow('can be separated');
    expect(fitLogistic({ ...separable, lambda: 1e-3 }).gradientNorm).toBeLessThan(1e-6);
    const mixed = { ...separable, ids: Int32Array.of(0, 1, 0, 1) };
    expect(fitLogistic({ ...mixed, lambda: 0 }).coefficients.data[1]).toBeGreaterThan(0);
  });

  test('more columns than rows converge too', () => {
    const wide = plantedData({ n: 60, d: 300, classes: 4 });
    for (const lambda of [1, 1e-2, 1e-4])
      expect(fitLogistic({ ...wide, weights: ones(60), lambda }).gradientNorm).toBeLessThan(1e-6);
  });

  test('a fit that does not converge says so', () => {
    expect(() => fitLogistic({ ...rows, lambda: 1e-4, maxIterations: 3 })).toThrow(
      /After 3 iterations the largest component of the gradient is .*, not below 0.000001/,
    );
  });

  test('bad input is named', () => {
    const fit = (change: object) => () => fitLogistic({ ...rows, lambda: 1, ...change });
    expect(fit({ lambda: -1 })).toThrow('lambda is -1');
    expect(fit({ lambda: Number.NaN })).toThrow('lambda is NaN');
    expect(fit({ ids: ids.slice(1) })).toThrow('X has 150 rows, for 149 labels and 150 weights');
    expect(fit({ ids: ids.map((id, i) => (i === 7 ? 4 : id)) })).toThrow('Row 7 is of class 4; the classes are 0 to 3');
    expect(fit({ ids: ids.map(() => 2) })).toThrow('All 150 rows that a probe should be fitted on are of class 2');
    expect(fit({ weights: rows.weights.with(3, 0) })).toThrow('The weight of row 3 is 0');
    expect(fit({ X: matrix(X.data.with(8, Number.NaN), 6) })).toThrow('X has NaN in row 1, column 2');
    const start = fitRidgeClassifiers(plantedRows, [1])[0];
    expect(fit({ start })).toThrow('The model to start from has 3 classes and 5 columns, not 4 and 6');
    expect(fit({ tolerance: 0 })).toThrow('The tolerance is 0');
    expect(
      fit({
        X: matrix(
          X.data.map((x) => x * 1e200),
          6,
        ),
      }),
    ).toThrow(/Standardise the columns|standardise the columns/);
  });
});

describe('fitRidgeClassifiers', () => {
  test('each model is at a stationary point of its loss, by differences', () => {
    const { X, ids, classes } = plantedData({ n: 60, d: 4 });
    const weights = Float64Array.from(ids, (_, i) => 1 + (i % 4));
    const total = weights.reduce((a, b) => a + b);
    const lossAt = (W: Float64Array, b: Float64Array, lambda: number) => {
      let loss = 0;
      for (let i = 0; i < X.rows; i++) {
        for (let c = 0; c < classes; c++) {
          let rest = Number(ids[i] === c) - b[c];
          for (let j = 0; j < 4; j++) rest -= W[c * 4 + j] * X.data[i * 4 + j];
          loss += ((weights[i] / total) * rest * rest) / 2;
        }
      }
      return W.reduce((sum, w) => sum + (lambda / 2) * w * w, loss);
    };
    for (const model of fitRidgeClassifiers({ X, ids, classes, weights }, [10, 0.1, 0])) {
      const { coefficients, intercept, lambda, loss, gradientNorm } = model;
      expect(gradientNorm).toBeLessThan(tolerance.float64);
      expect(Math.abs(loss - lossAt(coefficients.data, intercept, lambda))).toBeLessThan(tolerance.float64);
      for (const h of [1e-3, -1e-3]) {
        for (let at = 0; at < coefficients.data.length; at++)
          expect(lossAt(coefficients.data.with(at, coefficients.data[at] + h), intercept, lambda)).toBeGreaterThan(
            loss,
          );
        for (let c = 0; c < classes; c++)
          expect(lossAt(coefficients.data, intercept.with(c, intercept[c] + h), lambda)).toBeGreaterThan(loss);
      }
    }
  });
});
