import { type LinearModel, matmul, rowsOf, takeRows } from '@interlayer/linalg';
import { float32Matmul, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOut } from '../src/hold-out';
import { type FitOptions, fitLinear, LinearFit, linearity, Scorer } from '../src/index';
import { affine, expectNear, gelu, image, naiveRidge, normal, row } from './support';

const X = normal(200, 8, 1);
const A = normal(5, 8, 2);
const Y = image(X, (x) => affine(A, x).map((value, j) => gelu(value) + j));

function expectSame(actual: LinearModel, expected: LinearModel, bound: number = tolerance.float64) {
  expect(actual.coefficients).toMatchObject({
    rows: expected.coefficients.rows,
    columns: expected.coefficients.columns,
  });
  for (const [i, value] of expected.coefficients.data.entries()) expectNear(actual.coefficients.data[i], value, bound);
  for (const [i, value] of expected.intercept.entries()) expectNear(actual.intercept[i], value, bound);
}

describe('LinearFit', () => {
  it('equals ridge regression by plain normal equations, however the rows arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          p: fc.integer({ min: 1, max: 6 }),
          q: fc.integer({ min: 1, max: 4 }),
          seed: fc.nat(1e6),
          ridge: fc.constantFrom(0, 1e-5, 0.1, 3),
          cuts: fc.array(fc.nat(30), { maxLength: 3 }),
        }),
        async ({ p, q, seed, ridge, cuts }) => {
          const inputs = image(normal(30, p, seed), (x) => x.map((value, j) => 3 * value + j));
          const targets = normal(30, q, seed + 1);
          const fit = new LinearFit(p, q);
          const bounds = [0, ...cuts.sort((a, b) => a - b), 30];
          for (const [i, to] of bounds.slice(1).entries())
            await fit.add(rowsOf(inputs, bounds[i], to), rowsOf(targets, bounds[i], to));
          expect(fit.n).toBe(30);
          expectSame(fit.solve({ ridge }), naiveRidge(inputs, targets, ridge), tolerance.normalEquations);
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });

  it('takes a penalty of 1e-5 of the mean spread unless set, so a common scale of the features changes nothing', async () => {
    expectSame(await fitLinear({ X, Y }), naiveRidge(X, Y, 1e-5));
    const scaled = await fitLinear({ X: { ...X, data: X.data.map((value) => 1e4 * value) }, Y });
    const plain = await fitLinear({ X, Y });
    for (const [i, value] of plain.coefficients.data.entries())
      expectNear(1e4 * scaled.coefficients.data[i], value, tolerance.float64);
  });

  it('refuses as many features as rows without a penalty, and says what to do', async () => {
    const square = { X: rowsOf(X, 0, 8), Y: rowsOf(Y, 0, 8) };
    await expect(fitLinear({ ...square, ridge: 0 })).rejects.toThrow(
      'There are 8 rows for 8 input features, so without a penalty more than one map fits them exactly. Add rows until there are more than 8, or set ridge above 0.',
    );
    expectSame(
      await fitLinear({ ...square, ridge: 1e-3 }),
      naiveRidge(square.X, square.Y, 1e-3),
      tolerance.normalEquations,
    );
    const dependent = image(X, (x) => [...x, x[0] - x[1]]);
    await expect(fitLinear({ X: dependent, Y, ridge: 0 })).rejects.toThrow(
      /With ridge 0 there is no solution; raise it/,
    );
    expect((await fitLinear({ X: dependent, Y })).coefficients.columns).toBe(9);
  });

  it('refuses bad input by name, and adds nothing then', async () => {
    const fit = new LinearFit(8, 5);
    await fit.add(X, Y);
    const broken = (value: number) => ({ ...X, data: X.data.map((old, at) => (at === 19 ? value : old)) });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      await expect(fit.add(broken(value), Y)).rejects.toThrow(`X has ${value} in row 2, column 3 (from 0)`);
    await expect(fit.add(X, rowsOf(Y, 0, 3))).rejects.toThrow('X has 200 rows and Y has 3');
    await expect(fit.add(Y, X)).rejects.toThrow('these are moments of 8 and 5');
    expect(fit.n).toBe(200);
    expectSame(fit.solve(), await fitLinear({ X, Y }));
    for (const ridge of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => fit.solve({ ridge })).toThrow(`ridge is ${ridge}; a penalty is a finite number ≥ 0`);
    expect(() => new LinearFit(2, 1).solve()).toThrow('No rows were added');
    await expect(fitLinear({ X: image(X, () => [0.1, 7]), Y })).rejects.toThrow(
      'X does not vary: its squares about the mean sum to 0 over 200 rows',
    );
    await expect(fitLinear({ X: image(X, (x) => x.map((value) => 1e-200 * value)), Y })).rejects.toThrow(
      'or multiply a tiny one',
    );
    await expect(fitLinear({ X: image(X, (x) => x.map((value) => 1e200 * value)), Y })).rejects.toThrow(
      'The squares of X are beyond the range of float64',
    );
    const waiting = fit.add(X, Y);
    expect(() => fit.solve()).toThrow('await every add()');
    await waiting;
    expect(fit.n).toBe(400);
  });

  it('maps a constant target to itself', async () => {
    const model = await fitLinear({ X, Y: image(X, () => [0.1, -3]) });
    expect([...model.coefficients.data].every((value) => value === 0)).toBe(true);
    expectNear(model.intercept[0], 0.1, 1e-15);
  });
});

describe('products rounded to float32', () => {
  const { float32, float32Direction } = tolerance;
  const direction = row(normal(1, 24, 8), 0);
  const lengths = normal(1500, 1, 9).data;
  const cases: [string, number, (x: number[], i: number) => number[]][] = [
    ['plain rows', float32, (x) => x],
    ['offsets of 100 standard deviations', float32, (x) => x.map((value, j) => value + 100 * j)],
    [
      'one feature of large outliers',
      float32,
      (x, i) => x.map((value, j) => (j === 2 ? 50 * (value + (i % 7)) : value)),
    ],
    ['features of scales from 1 to 100', float32, (x) => x.map((value, j) => value * 10 ** ((2 * j) / x.length))],
    [
      'one direction across all features, 10 times the others',
      float32,
      (x, i) => x.map((value, j) => value + 10 * lengths[i] * direction[j]),
    ],
    [
      'one direction across all features, 100 times the others',
      float32Direction,
      (x, i) => x.map((value, j) => value + 100 * lengths[i] * direction[j]),
    ],
  ];

  it.each(cases)('agree with float64 in every score: %s, to %d', async (_, bound, of) => {
    const rows = 1500;
    const plain = normal(rows, 24, 5);
    const map = normal(12, 24, 6);
    const targets = image(plain, (x) => affine(map, x).map((value, j) => gelu(value) + 5 * j));
    const inputs = image(plain, of);
    const scores = async (product: typeof float32Matmul | undefined) => {
      const fit = new LinearFit(24, 12, { matmul: product });
      await fit.add(rowsOf(inputs, 0, 1200), rowsOf(targets, 0, 1200));
      const scorer = new Scorer(fit.solve(), { matmul: product });
      await scorer.add(rowsOf(inputs, 1200, rows), rowsOf(targets, 1200, rows));
      return scorer.scores();
    };
    const [single, double] = [await scores(float32Matmul), await scores(undefined)];
    for (const name of ['gamma', 'coneSize', 'gammaRatio', 'r2', 'medianR2'] as const) {
      expectNear(single[name], double[name]!, bound);
      expect(double[name]).toBeLessThan(0.9999);
    }
  });

  it('are refused with a penalty that their rounding would outweigh, and only then', async () => {
    const solve = async (options: FitOptions, product?: typeof matmul) => {
      const fit = new LinearFit(8, 5, { matmul: product });
      await fit.add(X, Y);
      return fit.solve(options);
    };
    await expect(solve({ ridge: 0 }, matmul)).rejects.toThrow(
      'need at least 0.000001. Raise ridge, or leave matmul out.',
    );
    expectSame(await solve({ ridge: 1e-6 }, matmul), await solve({ ridge: 1e-6 }));
  });
});

describe('linearity', () => {
  const clusters = Array.from({ length: 200 }, (_, i) => `sentence ${Math.floor(i / 5)}`);

  it('fits on some clusters and scores the others, by seed', async () => {
    const { model, scores, intervals } = await linearity({ X, Y, clusters, seed: 3 });
    const { train, test } = holdOut(clusters, 200, 0.2, 3);
    const sentences = (rows: number[]) => new Set(rows.map((i) => clusters[i]));
    expect([sentences(train).size, sentences(test).size]).toEqual([32, 8]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...clusters.keys()]);
    const taken = (rows: number[]) => [takeRows(X, rows), takeRows(Y, rows)] as const;
    expectSame(model, naiveRidge(...taken(train), 1e-5));
    const scorer = new Scorer(model);
    await scorer.add(
      ...taken(test),
      test.map((i) => clusters[i]),
    );
    expect(scores).toEqual(scorer.scores());
    expect((await linearity({ X, Y, clusters, seed: 3 })).model).toEqual(model);
    expect((await linearity({ X, Y, clusters, seed: 4 })).scores.gamma).not.toBe(scores.gamma);
    const { gamma } = intervals({ measures: ['gamma'], resamples: 2000 });
    expect(gamma).toMatchObject({ estimate: scores.gamma, n: 8, seed: 3 });
    expect(gamma!.lower).toBeLessThan(scores.gamma!);
  });

  it('takes rows as clusters unless given, and holds out at least one and not all', async () => {
    const { scores } = await linearity({ X, Y, seed: 1, heldOut: 0.25 });
    expect(scores).toMatchObject({ n: 50, clusters: 50 });
    const two = clusters.map((_, i) => i % 2);
    expect((await linearity({ X, Y, clusters: two, seed: 1, heldOut: 0.01 })).scores.n).toBe(100);
    expect((await linearity({ X, Y, clusters: two, seed: 1, heldOut: 0.99 })).scores.n).toBe(100);
    await expect(linearity({ X, Y, clusters: two.map(() => 0), seed: 1 })).rejects.toThrow('There are 1 clusters');
    await expect(linearity({ X, Y, clusters: [1], seed: 1 })).rejects.toThrow('There are 1 clusters for 200 rows');
    for (const heldOut of [0, 1, Number.NaN])
      await expect(linearity({ X, Y, seed: 1, heldOut })).rejects.toThrow(`heldOut is ${heldOut}`);
    await expect(linearity({ X, Y, seed: 0.5 })).rejects.toThrow('The seed is 0.5');
  });
});
