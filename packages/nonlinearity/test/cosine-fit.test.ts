import { type LinearModel, matrix, rowsOf } from '@interlayer/linalg';
import { float32Matmul, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam } from '../src/adam';
import { cosineLoss } from '../src/cosine-loss';
import { CosineFit, fitCosine, fitLinear, Scorer } from '../src/index';
import { truncatedNormal } from '../src/truncated-normal';
import { affine, dot, expectNear, gelu, image, normal, rowsAsLists } from './support';

const X = normal(300, 6, 1);
const Y = image(X, (x) => affine(normal(4, 6, 2), x).map((value, j) => gelu(value) + j / 4));

describe('the cosine loss', () => {
  it('is 1 − the mean cosine, and its gradient is what finite differences give', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 4 }), (seed, n, q) => {
        const [F, T] = [normal(n, q, seed), normal(n, q, seed + 1)];
        const naive = (f: number[][]) =>
          1 - rowsAsLists(T).reduce((sum, y, i) => sum + dot(y, f[i]) / Math.sqrt(dot(y, y) * dot(f[i], f[i])), 0) / n;
        const { loss, gradient } = cosineLoss(F, T);
        expectNear(loss, naive(rowsAsLists(F)), tolerance.float64);
        const step = 1e-5;
        for (let at = 0; at < n * q; at++) {
          const moved = (by: number) =>
            naive(rowsAsLists({ ...F, data: F.data.map((value, i) => (i === at ? value + by : value)) }));
          expectNear(gradient.data[at], (moved(step) - moved(-step)) / (2 * step), tolerance.cosineGradient);
        }
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it('leaves out rows without a cosine, and refuses a batch of them', () => {
    const { loss, gradient } = cosineLoss(matrix([0, 0, 1, 1, 3, 0], 2), matrix([1, 1, 0, 0, 5, 0], 2));
    expect(loss).toBe(0);
    expect([...gradient.data].every((value) => value === 0)).toBe(true);
    expect(() => cosineLoss(matrix([0, 0], 2), matrix([1, 1], 2))).toThrow('None of 1 rows has a cosine');
  });
});

it('Adam moves as its formula says', () => {
  const adam = new Adam(1, { rate: 0.01 });
  const parameters = Float64Array.of(1);
  let [m, v, x] = [0, 0, 1];
  for (let t = 1; t <= 20; t++) {
    const slope = Math.sin(t) * x;
    adam.step(parameters, Float64Array.of(Math.sin(t) * parameters[0]));
    m = 0.9 * m + 0.1 * slope;
    v = 0.999 * v + 0.001 * slope ** 2;
    x -= (0.01 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    expectNear(parameters[0], x, tolerance.float64);
  }
  expect(() => new Adam(1, { rate: 0 })).toThrow('The learning rate is 0; give a positive finite number');
});

it('a truncated normal distribution has the moments of one, and repeats by seed', () => {
  const values = truncatedNormal(20000, 0.02, 5);
  expect(values).toEqual(truncatedNormal(20000, 0.02, 5));
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.04);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  // Four standard errors of 20,000 draws.
  expectNear(mean, 0, 5e-4);
  expectNear(deviation / 0.02, 0.8796, 0.015);
});

describe('CosineFit', () => {
  const gammaOf = async (model: LinearModel) => {
    const scorer = new Scorer(model);
    await scorer.add(X, Y);
    return scorer.scores().gamma!;
  };

  it('agrees with least squares to 0.005 on a map that is nearly linear', async () => {
    const targets = image(X, (x) => affine(normal(4, 6, 5), x).map((value) => value + 0.5 * gelu(value)));
    const gamma = async (model: LinearModel) => {
      const scorer = new Scorer(model);
      await scorer.add(rowsOf(X, 200, 300), rowsOf(targets, 200, 300));
      return scorer.scores().gamma!;
    };
    const train = { X: rowsOf(X, 0, 200), Y: rowsOf(targets, 0, 200) };
    const { model } = await fitCosine({ ...train, seed: 3, batch: 64, rate: 3e-3 });
    expectNear(await gamma(model), await gamma(await fitLinear(train)), 0.005);
  });

  it('gets better with steps, in the end better than least squares on train, and repeats by seed', async () => {
    const problem = { X, Y, seed: 3, batch: 64, rate: 3e-3 };
    const early = await gammaOf((await fitCosine({ ...problem, steps: 20 })).model);
    const { model, losses } = await fitCosine(problem);
    const late = await gammaOf(model);
    expect(early).toBeLessThan(late - 0.01);
    // It maximises this very cosine.
    expect(late).toBeGreaterThan(await gammaOf(await fitLinear({ X, Y })));
    expect(losses).toHaveLength(1842);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    expect((await fitCosine({ ...problem, steps: 20 })).model).toEqual(
      (await fitCosine({ ...problem, steps: 20 })).model,
    );
    expect(await gammaOf((await fitCosine({ ...problem, seed: 4, steps: 20 })).model)).not.toBe(early);
  });

  it('steps down the gradient of the loss that it reports', async () => {
    const fit = new CosineFit(6, 4, { seed: 1 });
    const before = fit.model;
    const reported = await fit.step(X, Y);
    const predicted = image(X, (x) => affine(before.coefficients, x, [...before.intercept]));
    const { loss, gradient } = cosineLoss(predicted, Y);
    expectNear(reported, loss, tolerance.float64);
    // The first step of Adam is the rate against the sign of each slope.
    for (let j = 0; j < 4; j++) {
      const slopes = rowsAsLists(gradient).map((line) => line[j]);
      expectNear(
        before.intercept[j] - fit.model.intercept[j],
        1e-3 * Math.sign(slopes.reduce((a, b) => a + b, 0)),
        1e-6,
      );
      for (let k = 0; k < 6; k++) {
        const slope = rowsAsLists(X).reduce((sum, x, i) => sum + slopes[i] * x[k], 0);
        const [from, to] = [before, fit.model].map(({ coefficients }) => coefficients.data[j * 6 + k]);
        expectNear(from - to, 1e-3 * Math.sign(slope), 1e-6);
      }
    }
  });

  it('with products rounded to float32 comes as far', async () => {
    const options = { X, Y, seed: 2, steps: 60, batch: 32 };
    const [single, double] = [await fitCosine({ ...options, matmul: float32Matmul }), await fitCosine(options)];
    for (const [i, loss] of double.losses.entries()) expectNear(single.losses[i], loss, tolerance.gradient);
  });

  it('refuses what it cannot step on, and stays as it was', async () => {
    const fit = new CosineFit(6, 4, { seed: 1 });
    await fit.step(X, Y);
    const before = fit.model;
    const broken = { ...X, data: X.data.map((value, at) => (at === 7 ? Number.NaN : value)) };
    await expect(fit.step(broken, Y)).rejects.toThrow('X has NaN in row 1, column 1');
    await expect(fit.step(X, rowsOf(Y, 0, 2))).rejects.toThrow('X has 300 rows and Y has 2');
    await expect(fit.step(X, X)).rejects.toThrow('Y has 6 columns; the map has 4 outputs');
    await expect(fit.step(Y, Y)).rejects.toThrow('X has 4 columns; the model has 6 inputs');
    await expect(
      fit.step(
        X,
        image(Y, (y) => y.map(() => 0)),
      ),
    ).rejects.toThrow('None of 300 rows has a cosine');
    expect(fit.model).toEqual(before);
    const [first, second] = [fit.step(X, Y), fit.step(X, Y)];
    await expect(second).rejects.toThrow('A batch is still being added');
    await first;
    await expect(fitCosine({ X, Y, seed: 1, steps: 0 })).rejects.toThrow('steps is 0; give a positive integer');
    await expect(fitCosine({ X, Y, seed: 1, batch: 1.5 })).rejects.toThrow('batch is 1.5');
    await expect(fitCosine({ X: rowsOf(X, 0, 0), Y: rowsOf(Y, 0, 0), seed: 1 })).rejects.toThrow('X has no rows');
    await expect(fitCosine({ X, Y, seed: 0.5 })).rejects.toThrow('The seed is 0.5');
  });
});
