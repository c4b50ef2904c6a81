import { tolerance } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { rowWeights } from '../src/class-weights';
import { fitLogistic, fitRidgeClassifiers, fitStandardizer, splitOf, standardize } from '../src/index';
import { classCounts } from '../src/labels';
import recorded from './fixtures/sklearn.json' with { type: 'json' };
import { formulaData } from './formula-data';
import { expectClose } from './support';

const { X, ids, classes } = formulaData();
const { train } = splitOf({ train: [...ids.keys()], dev: [], test: [] });
const standardizer = fitStandardizer(X, train);
const names = [...Array(classes).keys()];
const rowsWith = (balanced: boolean) => ({
  X: standardize(X, standardizer),
  ids,
  classes,
  weights: rowWeights(ids, names, balanced ? 'balanced' : undefined),
});

describe('as scikit-learn', () => {
  test('the data are those of the recipe, and so are their means and scales', () => {
    expect(Array.from(classCounts(ids, classes))).toEqual(recorded.counts);
    expectClose(standardizer.means, recorded.means);
    expectClose(standardizer.scales, recorded.scales);
  });

  test.each(recorded.logistic)('logistic regression with lambda $lambda, balanced $balanced', (expected) => {
    const model = fitLogistic({ ...rowsWith(expected.balanced), lambda: expected.lambda });
    // A gradient of 1e-6 with a curvature of at least λ.
    const bound = Math.max(tolerance.float32, 1e-6 / expected.lambda);
    expectClose(model.coefficients.data, expected.coefficients.flat(), bound);
    expectClose(model.intercept, expected.intercept, bound);
    const exact = fitLogistic({ ...rowsWith(expected.balanced), lambda: expected.lambda, tolerance: 1e-10 });
    expectClose(exact.coefficients.data, expected.coefficients.flat(), tolerance.recordedOptimum);
  });

  test.each(recorded.ridge)('ridge with lambda $lambda, balanced $balanced', (expected) => {
    const [model] = fitRidgeClassifiers(rowsWith(expected.balanced), [expected.lambda]);
    expectClose(model.coefficients.data, expected.coefficients.flat());
    expectClose(model.intercept, expected.intercept);
  });
});
