import { matmul, matrix } from '@interlayer/linalg';
import { randomValues, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlLabels, fitLogistic, fitStandardizer, forRawFeatures, splitByGroup, standardize } from '../src/index';
import { predictedClasses, scoresOf } from '../src/scores';
import { takeRows, takeValues } from '../src/take-rows';
import { ones, plantedData } from './formula-data';
import { expectClose } from './support';

const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test('PR1: an invertible affine map of the features leaves the optimum loss without penalty unchanged', () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const { X, ids, classes } = plantedData({ n: 120, d: 4, signal: 0.3, seed });
      // A strong diagonal keeps the map invertible.
      const map = matrix(
        Float64Array.from(randomValues(16, seed), (value, i) => value + (i % 5 === 0 ? 3 : 0)),
        4,
      );
      const shift = randomValues(4, seed + 1);
      const mapped = matmul(X, map);
      for (let i = 0; i < mapped.data.length; i++) mapped.data[i] += shift[i % 4];
      const [a, b] = [X, mapped].map((X) => fitLogistic({ X, ids, classes, weights: ones(120), lambda: 0 }));
      expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-6);
    }),
    { numRuns: 25 },
  );
});

test('PR2: on shuffled labels the accuracy on test is that of the majority class, within sampling error', () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const { X, ids, classes } = plantedData({ n: 900, d: 4, seed });
      const shuffled = controlLabels(ids, [...ids.keys()], { classes, seed });
      const { train, test } = splitByGroup([...ids.keys()], { seed });
      const model = fitLogistic({
        X: matrix(Float64Array.from(takeRows(X, train.rows).data), 4),
        ids: takeValues(shuffled, train.rows),
        classes,
        weights: ones(train.rows.length),
        lambda: 0.1,
      });
      const truth = takeValues(shuffled, test.rows);
      const predicted = predictedClasses(scoresOf(model, takeRows(X, test.rows)));
      const n = truth.length;
      const accuracy = truth.filter((id, i) => id === predicted[i]).length / n;
      const majority = Math.max(...[0, 1, 2].map((c) => truth.filter((id) => id === c).length / n));
      // Chance may prefer another class than the majority, but nothing can beat it by more than five standard errors.
      expect(accuracy).toBeLessThan(majority + 5 * Math.sqrt(0.25 / n));
      const rarest = Math.min(...[0, 1, 2].map((c) => truth.filter((id) => id === c).length / n));
      expect(accuracy).toBeGreaterThan(rarest - 5 * Math.sqrt(0.25 / n));
    }),
    { numRuns: 25 },
  );
});

test('PR3: more features never raise the train loss at the optimum, nor does a smaller penalty', () => {
  fc.assert(
    fc.property(seed, fc.double({ min: -4, max: 1, noNaN: true }), (seed, power) => {
      const { X, ids, classes } = plantedData({ n: 100, d: 6, signal: 0.5, seed });
      const some = matrix(
        X.data.filter((_, i) => i % 6 < 3),
        3,
      );
      const lambda = 10 ** power;
      const fit = (features: typeof X, lambda: number) =>
        fitLogistic({ X: features, ids, classes, weights: ones(100), lambda }).loss;
      expect(fit(X, lambda)).toBeLessThanOrEqual(fit(some, lambda) + tolerance.float64);
      expect(fit(X, lambda / 10)).toBeLessThanOrEqual(fit(X, lambda) + tolerance.float64);
    }),
    { numRuns: 25 },
  );
});

test('the standardizer: mean 0, standard deviation 1, a constant column becomes zero, at any scale and offset', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: -200, max: 200 }), (seed, power) => {
      const scale = 2 ** power;
      const X = matrix(
        Float64Array.from(randomValues(90, seed), (value, i) => (i % 3 === 1 ? 0.1 : value + 4) * scale),
        3,
      );
      const rows = Int32Array.from({ length: 30 }, (_, i) => i);
      const standardizer = fitStandardizer(X, { name: 'train', rows });
      const Z = standardize(X, standardizer);
      for (let j = 0; j < 3; j++) {
        const column = [...rows].map((i) => Z.data[i * 3 + j]);
        expect(Math.abs(column.reduce((a, b) => a + b) / 30)).toBeLessThan(tolerance.float64);
        expect(Math.sqrt(column.reduce((a, b) => a + b * b, 0) / 30)).toBeCloseTo(j === 1 ? 0 : 1, 9);
      }
      // A model of standardized features, moved to the raw ones, gives the same scores; what is constant has no weight.
      const model = {
        coefficients: matrix(
          Float64Array.from(randomValues(6, seed), (w, i) => (i % 3 === 1 ? 0 : w)),
          3,
        ),
        intercept: Float64Array.of(1, -1),
      };
      expectClose(scoresOf(forRawFeatures(model, standardizer), X).data, scoresOf(model, Z).data);
    }),
  );
});
