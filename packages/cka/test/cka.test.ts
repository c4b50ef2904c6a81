import { matmul, matrix, zeros } from '@interlayer/linalg';
import { mean, pearson, variance } from '@interlayer/stats';
import { permutation, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureForm, gramsOf } from '../src/cka';
import { gramForm } from '../src/gram-form';
import { cka, type Estimator, hsic } from '../src/index';
import { ONE_PAIR } from '../src/pairs';
import {
  beside,
  expectNear,
  mapped,
  naive,
  naiveCentred,
  naiveCka,
  naiveGram,
  normal,
  orthogonal,
  pairs,
  pick,
  rbf,
  singleMatmul,
  uStatistic,
} from './support';

const estimators: Estimator[] = ['debiased', 'biased'];
const exact = tolerance.similarity;
const runs = { seed: 20201222, numRuns: 60 };
/** Neither side is so close to one of equal similarities that CKA is a quotient of rounding. */
const defined = async (X: Parameters<typeof cka>[0], Y: typeof X, estimator: Estimator) => {
  const result = await cka(X, Y, { estimator });
  fc.pre(result.value !== null);
  const [xx, full] = [await hsic(X, X, { estimator }), await hsic(X, X, { estimator: 'biased' })];
  const [yy, fullY] = [await hsic(Y, Y, { estimator }), await hsic(Y, Y, { estimator: 'biased' })];
  fc.pre(xx > 1e-3 * full && yy > 1e-3 * fullY);
  return result.value!;
};

describe('against independent formulas', () => {
  it('debiased HSIC is the U-statistic over all quadruples of items', async () => {
    await fc.assert(
      fc.asyncProperty(
        pairs({ most: 8 }),
        fc.constantFrom('linear' as const, 'rbf' as const),
        async ({ X, Y }, kernel) => {
          const [x, y] = [naiveCentred(X), naiveCentred(Y)];
          const sigma = (Z: typeof X) => Math.sqrt(naiveGram(Z)[0][0]) || 1;
          const bandwidth = { x: sigma(x), y: sigma(y) };
          const [K, L] =
            kernel === 'linear'
              ? [naiveGram(x), naiveGram(y)]
              : [naiveGram(x, rbf(bandwidth.x)), naiveGram(y, rbf(bandwidth.y))];
          const scale = Math.sqrt(uStatisticScale(K) * uStatisticScale(L));
          const value = await hsic(X, Y, kernel === 'linear' ? {} : { kernel, bandwidth });
          expectNear(value / scale, uStatistic(K, L) / scale, exact);
        },
      ),
      runs,
    );
  });

  it.each(estimators)('%s CKA is that of naive Gram matrices, by features and by items', async (estimator) => {
    await fc.assert(
      fc.asyncProperty(pairs({ most: 16 }), async ({ X, Y }) => {
        const value = await defined(X, Y, estimator);
        expectNear(value, naiveCka(X, Y, estimator), exact);
        const forms = [
          await featureForm(X, Y, ONE_PAIR, { estimator }),
          await gramForm(await gramsOf(X, Y, { estimator }), ONE_PAIR, estimator),
        ];
        for (const [xy, xx, yy] of forms) expectNear(xy.value / Math.sqrt(xx.value * yy.value), value, exact);
      }),
      runs,
    );
  });

  it.each([
    ['more rows than fit one block of items', 600, 700, 60],
    ['more rows than fit one block of features', 2500, 7, 3],
  ])('the two forms agree with %s', async (_, n, p, q) => {
    const X = normal(n, p, 1);
    const Y = mapped(normal(n, q, 2), (value, i, j) => value + X.data[i * p + (j % p)] + 50);
    for (const estimator of estimators) {
      const byFeatures = await featureForm(X, Y, ONE_PAIR, { estimator });
      const byItems = await gramForm(await gramsOf(X, Y, { estimator }), ONE_PAIR, estimator);
      for (const [at, { value }] of byFeatures.entries()) {
        expectNear(value / byItems[at].value, 1, exact);
        expectNear(byFeatures[at].diagonal / byItems[at].diagonal, 1, exact);
      }
    }
  });

  it('CK4: of single columns, the biased estimate is the squared correlation', async () => {
    const [X, Y] = [normal(30, 1, 1), mapped(normal(30, 1, 2), (value, i) => value + 0.7 * normal(30, 1, 1).data[i])];
    const { value } = await cka(X, Y, { estimator: 'biased' });
    expectNear(value, pearson(X.data, Y.data) ** 2, exact);
  });

  it('an RBF kernel has the median distance as its bandwidth, or a given one', async () => {
    const [X, Y] = [normal(21, 3, 1), normal(21, 5, 2)];
    const distances = (Z: typeof X) =>
      naiveGram(Z, (a, b) => Math.hypot(...a.map((value, j) => value - b[j])))
        .flatMap((row, i) => row.slice(0, i))
        .sort((a, b) => a - b);
    const middle = (values: number[]) => (values[104] + values[105]) / 2; // of 210
    const { value, bandwidth } = await cka(X, Y, { kernel: 'rbf', estimator: 'biased' });
    expect(bandwidth!.x).toBeCloseTo(middle(distances(X)), 3);
    expect(bandwidth!.y).toBeCloseTo(middle(distances(Y)), 3);
    for (const estimator of estimators) {
      const [K, L] = [naiveGram(X, rbf(bandwidth!.x)), naiveGram(Y, rbf(bandwidth!.y))];
      const of = naive[estimator];
      const expected = of(K, L) / Math.sqrt(of(K, K) * of(L, L));
      expectNear((await cka(X, Y, { kernel: 'rbf', estimator })).value, expected, exact);
      expectNear((await cka(X, Y, { kernel: 'rbf', estimator, bandwidth: bandwidth! })).value, expected, exact);
    }
    expect(value).not.toBeCloseTo((await cka(X, Y, { kernel: 'rbf', estimator: 'biased', bandwidth: 1 })).value!, 2);
  });

  it('an RBF kernel of a large bandwidth is a linear one', async () => {
    const X = normal(40, 4, 1);
    const Y = mapped(X, (value, i, j) => value ** 2 + X.data[i * 4 + ((j + 1) % 4)]);
    for (const estimator of estimators) {
      const linear = await cka(X, Y, { estimator });
      expectNear((await cka(X, Y, { estimator, kernel: 'rbf', bandwidth: 1e5 })).value, linear.value, 1e-8);
    }
  });
});

/** The sum of squares of a Gram matrix, per pair of items. */
const uStatisticScale = (K: number[][]) => K.flat().reduce((sum, value) => sum + value * value, 0) / K.length ** 2;

describe.each(estimators)('properties of the %s estimate', (estimator) => {
  it('CK1: is 1 of a matrix with itself, symmetric, and in its range', async () => {
    await fc.assert(
      fc.asyncProperty(pairs(), async ({ X, Y }) => {
        const value = await defined(X, Y, estimator);
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
        if (estimator === 'biased') expect(value).toBeGreaterThanOrEqual(0);
        expectNear((await cka(Y, X, { estimator })).value, value, 1e-12);
        expect((await cka(X, X, { estimator })).value).toBe(1);
      }),
      runs,
    );
  });

  it('CK2: ignores rotations, offsets, one scale, and the order of the items', async () => {
    await fc.assert(
      fc.asyncProperty(
        pairs({ most: 9 }).chain((pair) => fc.record({ pair: fc.constant(pair), order: permutation(pair.X.rows) })),
        fc.nat(1000),
        fc.constantFrom(-1e6, 1e-6, 3),
        async ({ pair: { X, Y }, order }, seed, scale) => {
          const value = await defined(X, Y, estimator);
          const size = Math.max(...X.data.map(Math.abs));
          const same = [
            [matmul(X, orthogonal(X.columns, seed)), Y],
            [mapped(X, (each) => scale * each), Y],
            [mapped(X, (each, _, j) => each + size * (j - 3)), Y],
            [pick(X, order), pick(Y, order)],
          ] as const;
          for (const [x, y] of same) expectNear((await cka(x, y, { estimator })).value, value, exact);
        },
      ),
      runs,
    );
  });

  it('CK3: sees the scale of one column', async () => {
    const X = normal(5000, 5, 1);
    const stretched = mapped(X, (value, _, j) => (j === 0 ? 10 * value : value));
    // Of independent columns of variance 1: (100 + 4) / (√5 · √(100² + 4)).
    expectNear((await cka(X, stretched, { estimator })).value, 0.465, 0.02);
  });

  it('CK5: ignores repeated columns and columns of zeros', async () => {
    await fc.assert(
      fc.asyncProperty(pairs(), async ({ X }) => {
        await defined(X, X, estimator);
        expectNear((await cka(beside(X, X), X, { estimator })).value, 1, exact);
        expectNear((await cka(beside(X, zeros(X.rows, 3)), X, { estimator })).value, 1, exact);
      }),
      runs,
    );
  });
});

it('CK5: of orthogonal centred columns, the biased estimate is 0', async () => {
  const X = matrix([1, -1, 1, -1, 2, -2, 2, -2], 1);
  const Y = matrix([1, 1, -1, -1, 3, 3, -3, -3], 1);
  expect((await cka(X, Y, { estimator: 'biased' })).value).toBe(0);
});

describe('CK6: of independent data', () => {
  it.each([8, 16, 32, 64, 128])('the debiased estimate averages 0 with %i rows', async (n) => {
    const values = await Promise.all(
      Array.from(
        { length: 60 },
        async (_, seed) => (await cka(normal(n, 24, 2 * seed), normal(n, 24, 2 * seed + 1))).value!,
      ),
    );
    expect(Math.abs(mean(values))).toBeLessThan(3 * Math.sqrt(variance(values) / values.length));
  });

  it('the biased estimate grows with the number of columns, and says so', async () => {
    const biased = (p: number) => cka(normal(64, p, 1), normal(64, p, 2), { estimator: 'biased' });
    const [narrow, wide] = [await biased(8), await biased(128)];
    expect(narrow.value).toBeLessThan(0.2);
    expect(wide.value).toBeGreaterThan(0.6);
    expect(narrow.warning).toBeUndefined();
    expect(wide.warning).toMatch(/64 rows of 128 columns/);
    expect((await cka(normal(64, 128, 1), normal(64, 128, 2))).warning).toBeUndefined();
  });
});

describe('an injected float32 product', () => {
  const X = normal(240, 40, 1);
  const Y = mapped(normal(240, 30, 2), (value, i, j) => value + X.data[i * 40 + j]);
  const outlier = (value: number, i: number, j: number) => (j === 3 ? 300 * (1 + value + (i % 5)) : value);
  it.each([
    ['plain data', X, Y],
    [
      'offsets of 100 standard deviations',
      mapped(X, (value, _, j) => value + 100 * (j % 3)),
      mapped(Y, (value) => value - 100),
    ],
    ['one dimension of large outliers', mapped(X, outlier), mapped(Y, outlier)],
    [
      'more columns than rows',
      normal(60, 90, 3),
      mapped(normal(60, 80, 4), (v, i, j) => v + normal(60, 90, 3).data[i * 90 + j]),
    ],
  ])('agrees to 1e-5 on %s', async (_, x, y) => {
    for (const kernel of ['linear', 'rbf'] as const)
      for (const estimator of estimators) {
        const { value } = await cka(x, y, { estimator, kernel, matmul: singleMatmul });
        expectNear(value, (await cka(x, y, { estimator, kernel })).value, tolerance.float32);
      }
  });
});

describe('what is undefined or refused', () => {
  it('CK8: a constant side is named, not NaN', async () => {
    const constant = mapped(normal(9, 3, 1), (_, __, j) => 0.1 + j);
    const X = normal(9, 4, 2);
    for (const estimator of estimators)
      for (const kernel of ['linear', 'rbf'] as const)
        for (const matmul of [undefined, singleMatmul]) {
          const options = { estimator, kernel, matmul };
          expect(await cka(constant, X, options)).toMatchObject({
            value: null,
            degenerate: 'X is constant: all its rows are equal',
          });
          expect((await cka(X, constant, options)).degenerate).toMatch(/^Y is constant/);
          expect((await cka(constant, constant, options)).degenerate).toMatch(/^X is constant.*; Y is constant/);
          expect(await hsic(constant, X, options)).toBeCloseTo(0, 12);
        }
  });

  it('the debiased estimate needs rows of different similarity', async () => {
    const oneHot = mapped(zeros(6, 6), (_, i, j) => (i === j ? 1 : 0));
    for (const matmul of [undefined, singleMatmul])
      expect((await cka(oneHot, normal(6, 2, 1), { matmul })).degenerate).toMatch(/^no two rows of X are more similar/);
    expect((await cka(oneHot, normal(6, 2, 1), { estimator: 'biased' })).value).toBeGreaterThan(0);
  });

  it('refuses what is not finite, does not match or is too small, with its name', async () => {
    const X = normal(5, 2, 1);
    await expect(
      cka(
        X,
        mapped(X, (value, i) => (i === 3 ? Number.NaN : value)),
      ),
    ).rejects.toThrow('Y has NaN in row 3');
    await expect(
      cka(
        mapped(X, () => Number.POSITIVE_INFINITY),
        X,
      ),
    ).rejects.toThrow('X has Infinity');
    await expect(cka(X, normal(6, 2, 1))).rejects.toThrow('X has 5 rows and Y has 6');
    await expect(cka(normal(3, 2, 1), normal(3, 2, 2))).rejects.toThrow(
      'debiased estimator needs at least 4 rows; there are 3',
    );
    await expect(cka(normal(1, 2, 1), normal(1, 2, 2), { estimator: 'biased' })).rejects.toThrow('at least 2 rows');
    await expect(cka(X, X, { estimator: 'unbiased' as never })).rejects.toThrow(
      '"unbiased"; it is "debiased" or "biased"',
    );
    await expect(cka(X, X, { kernel: 'poly' as never })).rejects.toThrow('"poly"; it is "linear" or "rbf"');
    await expect(cka(X, X, { bandwidth: 1 })).rejects.toThrow('A linear kernel has no bandwidth');
    await expect(cka(X, X, { kernel: 'rbf', bandwidth: { y: -1 } })).rejects.toThrow('bandwidth for Y is -1');
    await expect(hsic(X, normal(6, 2, 1))).rejects.toThrow('X has 5 rows');
    const twins = matrix([1, 1, 1, 1, 1, 2], 1);
    await expect(cka(twins, normal(6, 2, 1), { kernel: 'rbf' })).rejects.toThrow(
      'half of the pairs of rows of X are equal',
    );
    await expect(cka(X, X, { matmul: (a) => a })).rejects.toThrow('it must compute a · bᵀ');
  });

  it('works at any usual scale, and refuses one whose fourth powers overflow or vanish', async () => {
    const [X, Y] = [normal(9, 2, 1), normal(9, 3, 2)];
    const { value } = await cka(X, Y);
    for (const scale of [1e-30, 1e30])
      expectNear(
        (
          await cka(
            mapped(X, (v) => scale * v),
            Y,
          )
        ).value,
        value,
        exact,
      );
    for (const scale of [1e-40, 1e40, 1e-170])
      await expect(
        cka(
          mapped(X, (v) => scale * v),
          Y,
        ),
      ).rejects.toThrow(/X lie up to .* Divide X by its scale/);
    await expect(
      cka(
        X,
        mapped(Y, (v) => 1e12 * v),
        { matmul: singleMatmul },
      ),
    ).rejects.toThrow('Divide Y by its scale');
  });
});
