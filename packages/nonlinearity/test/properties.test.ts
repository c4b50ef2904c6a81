import { matrix, takeRows } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coneSize, fitLinear, gammaDiff, gammaRatio, Scorer } from '../src/index';
import { affine, dot, expectNear, gelu, image, mlp, normal, orthogonal, relu, row, rowsAsLists } from './support';

const exact = tolerance.float64;
const runs = { seed: 21, numRuns: 25 };

type Rows = ReturnType<typeof normal>;

/** Scores on the rows that the map was fitted to. */
async function trainScores(X: Rows, Y: Rows, ridge = 0) {
  const scorer = new Scorer(await fitLinear({ X, Y, ridge }));
  await scorer.add(X, Y);
  return scorer.scores();
}

/** A non-linear map of rows, of any widths. */
const problems = ({ n = 60 } = {}) =>
  fc
    .record({ p: fc.integer({ min: 1, max: 7 }), q: fc.integer({ min: 2, max: 6 }), seed: fc.nat(1e6) })
    .map(({ p, q, seed }) => {
      const [X, A, b] = [normal(n, p, seed), normal(q, p, seed + 1), row(normal(1, q, seed + 2), 0)];
      return { X, Y: image(X, (x) => affine(A, x, b).map((value, j) => gelu(2 * value) + j / 2)), A, b, seed };
    });

describe('NL1: an affine map', () => {
  it('has a score and an R² of 1, held out too', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), async ({ X, A, b, seed }) => {
        const map = (each: Rows) => image(each, (x) => affine(A, x, b));
        const scorer = new Scorer(await fitLinear({ X, Y: map(X), ridge: 0 }));
        const other = normal(30, X.columns, seed + 9);
        await scorer.add(other, map(other));
        for (const name of ['gamma', 'gammaRatio', 'r2', 'medianR2'] as const)
          expectNear(scorer.scores()[name], 1, exact);
      }),
      runs,
    );
  });
});

describe('NL2: what changes nothing', () => {
  it('a scale and a rotation of the output leave gamma, an affine map of the input gamma and R²', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), async ({ X, Y, seed }, scale) => {
        const plain = await trainScores(X, Y);
        const scaled = await trainScores(X, { ...Y, data: Y.data.map((value) => scale * value) });
        const Q = orthogonal(Y.columns, seed + 5);
        const rotated = await trainScores(
          X,
          image(Y, (y) => affine(Q, y)),
        );
        for (const other of [scaled, rotated]) {
          expectNear(other.gamma, plain.gamma!, tolerance.cosine);
          expectNear(other.coneSize, plain.coneSize!, tolerance.cosine);
          expectNear(other.r2, plain.r2!, exact);
        }
        // Orthogonal and a diagonal between 1 and 2: as well conditioned as X.
        const T = orthogonal(X.columns, seed + 6);
        const moved = image(X, (x) => affine(T, x).map((value, j) => (1 + (j % 2)) * value + 3));
        const reparametrised = await trainScores(moved, Y);
        for (const name of ['gamma', 'r2', 'medianR2'] as const) expectNear(reparametrised[name], plain[name]!, exact);
      }),
      runs,
    );
  });
});

describe('NL3: a skip', () => {
  it('leaves the residual as it is, because the skip is linear', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const X = normal(60, 4, seed);
        const A = normal(4, 4, seed + 1);
        const branch = image(X, (x) => affine(A, x).map(gelu));
        const withSkip = image(X, (x, i) => x.map((value, j) => value + row(branch, i)[j]));
        const residual = async (Y: Rows) => {
          const { r2 } = await trainScores(X, Y);
          const means = [0, 1, 2, 3].map((j) => rowsAsLists(Y).reduce((sum, y) => sum + y[j], 0) / Y.rows);
          const spread = rowsAsLists(Y).reduce(
            (sum, y) => sum + y.reduce((s, value, j) => s + (value - means[j]) ** 2, 0),
            0,
          );
          return (1 - r2!) * spread;
        };
        const [without, having] = [await residual(branch), await residual(withSkip)];
        expectNear(having, without, exact * Math.max(1, without));
      }),
      runs,
    );
  });
});

describe('NL4: feed-forward blocks', () => {
  const X = normal(400, 16, 3);
  const scoresOf = (activation: (x: number) => number, shift = 0) => trainScores(X, image(X, mlp(activation, shift)));

  it('are linear without their activation, and ever more so as GELU is driven to its linear side', async () => {
    expectNear((await scoresOf((x) => x)).r2, 1, exact);
    const shifted = [];
    for (const shift of [0, 2, 4, 8]) shifted.push((await scoresOf(gelu, shift)).r2!);
    for (let i = 1; i < shifted.length; i++) expect(shifted[i]).toBeGreaterThan(shifted[i - 1]);
    expect(shifted[0]).toBeLessThan(0.97);
    expect(shifted[3]).toBeGreaterThan(1 - 1e-6);
  });

  it('of ReLU are linear where all is positive, and constant where all is negative, which is reported', async () => {
    expectNear((await scoresOf(relu, 100)).r2, 1, exact);
    const dead = await scoresOf(relu, -100);
    expect(dead.constantFeatures).toEqual([...Array(16).keys()]);
    expect(dead).toMatchObject({
      r2: null,
      medianR2: null,
      gamma: null,
      coneSize: null,
      gammaRatio: null,
      zeroTargets: 400,
    });
    expect(dead.degenerate).toMatchObject({
      r2: 'no feature of the target varies',
      gamma: 'every target is 0, so none has a direction',
    });
    // With an output bias the constant has a direction.
    const biased = await trainScores(
      X,
      image(X, () => [3, -4]),
    );
    expect(biased).toMatchObject({ r2: null, gammaRatio: null, zeroTargets: 0, constantFeatures: [0, 1] });
    expectNear(biased.gamma, 1, exact);
    expectNear(biased.coneSize, 1, exact);
    expect(biased.degenerate).toEqual({
      r2: 'no feature of the target varies',
      medianR2: 'no feature of the target varies',
      gammaRatio: 'all targets point the same way, so the cone has no width to measure against',
    });
  });
});

describe('NL5: an even map', () => {
  it('of x and −x has no linear part: R² 0 and no coefficients', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 6 }), async (seed, p) => {
        const half = normal(40, p, seed);
        const X = matrix(Float64Array.of(...half.data, ...half.data.map((value) => -value)), p);
        const Y = image(X, (x) => x.map(Math.abs));
        const model = await fitLinear({ X, Y, ridge: 0 });
        for (const weight of model.coefficients.data) expectNear(weight, 0, exact);
        expectNear((await trainScores(X, Y)).r2, 0, exact);
      }),
      runs,
    );
  });
});

describe('NL6: uniform attention', () => {
  const [tokens, d] = [4800, 6];
  const attend = (X: Rows, length: number, V: Rows) => {
    const values = rowsAsLists(image(X, (x) => affine(V, x)));
    return image(X, (_, i) => {
      const first = i - (i % length);
      return values[0].map((__, j) => {
        let sum = 0;
        for (let t = first; t < first + length; t++) sum += values[t][j];
        return sum / length;
      });
    });
  };

  it.each([2, 4, 8])('over %i tokens has an R² of 1 / T for one token, and of 1 beside the mean', async (length) => {
    const X = normal(tokens, d, length);
    const Y = attend(X, length, normal(d, d, 77));
    const { r2 } = await trainScores(X, Y);
    // It scatters by up to 2 √R² (1 − R²) / √sequences: 0.014 at most.
    expectNear(r2, 1 / length, 0.03);
    const means = attend(
      X,
      length,
      matrix(
        [...Array(d * d).keys()].map((at) => (at % (d + 1) ? 0 : 1)),
        d,
      ),
    );
    const both = image(X, (x, i) => [...x, ...row(means, i)]);
    expectNear((await trainScores(both, Y)).r2, 1, exact);
  });

  it('over one token is affine', async () => {
    const X = normal(60, d, 5);
    const { gamma, r2 } = await trainScores(X, attend(X, 1, normal(d, d, 78)));
    expectNear(gamma, 1, exact);
    expectNear(r2, 1, exact);
  });
});

describe('NL7: the cone size', () => {
  const pairsOf = (Y: Rows, self: boolean) => {
    const units = rowsAsLists(Y).map((y) => y.map((value) => value / Math.sqrt(dot(y, y))));
    let [sum, count] = [0, 0];
    for (const [i, x] of units.entries())
      for (const [j, y] of units.entries())
        if (self || i !== j) {
          sum += dot(x, y);
          count++;
        }
    return sum / count;
  };

  it('is the mean over pairs, and does not depend on lengths or a rotation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 6 }), fc.nat(1e6), (n, d, seed) => {
        const Y = image(normal(n, d, seed), (y) => y.map((value) => value + 0.5));
        expectNear(coneSize(Y).value, pairsOf(Y, true), exact);
        expectNear(coneSize(Y, { pairs: 'distinct' }).value, pairsOf(Y, false), exact);
        const Q = orthogonal(d, seed + 1);
        const turned = image(Y, (y, i) => affine(Q, y).map((value) => (1 + i) * value));
        expectNear(coneSize(turned).value, coneSize(Y).value!, exact);
      }),
      runs,
    );
  });

  it('is 1 exactly where all directions coincide', () => {
    const same = image(normal(20, 1, 4), ([x]) => [3, -4, 1].map((value) => (0.1 + Math.abs(x)) * value));
    expectNear(coneSize(same).value, 1, exact);
    expectNear(coneSize(same, { pairs: 'distinct' }).value, 1, exact);
    const turned = image(same, (y, i) => (i === 7 ? y.map((value) => -value) : y));
    expect(coneSize(turned).value).toBeLessThan(0.9);
  });

  it('leaves out zero vectors and says so, and is undefined without directions', () => {
    const Y = matrix([1, 0, 0, 0, 0, 2], 2);
    expect(coneSize(Y)).toEqual({ value: 0.5, zeroVectors: 1 });
    expect(coneSize(matrix([0, 0, 0, 0], 2))).toEqual({
      value: null,
      degenerate: '0 of 2 rows have a direction; it takes at least 1',
      zeroVectors: 2,
    });
    expect(coneSize(matrix([1, 0, 0, 0], 2), { pairs: 'distinct' }).value).toBeNull();
    expect(() => coneSize(matrix([1, Number.NaN], 2))).toThrow('Y has NaN in row 0, column 1');
    expect(() => coneSize(matrix([1e200, 1], 2))).toThrow('Y has 1e+200 in row 0, column 0');
  });
});

describe('NL8: the normalised score', () => {
  const unit = fc.integer({ min: 0, max: 990 }).map((k) => k / 1000);

  it('is 1 for gamma 1, 0 for gamma = c, rises with gamma and falls with c', () => {
    fc.assert(
      fc.property(unit, unit, unit, (gamma, c, other) => {
        expectNear(gammaRatio(1, c), 1, exact);
        expect(gammaRatio(c, c)).toBe(0);
        expect(gammaDiff(c, c)).toBe(0);
        expectNear(gammaDiff(gamma, c), gamma - c, 0);
        if (other > gamma) expect(gammaRatio(other, c)).toBeGreaterThan(gammaRatio(gamma, c));
        if (other > c) expect(gammaRatio(gamma, other)).toBeLessThan(gammaRatio(gamma, c));
      }),
      { seed: 3, numRuns: 300 },
    );
    expect(gammaRatio(0.5, 1)).toBeNaN();
  });

  it('a constant map reaches √c, so the best one is never below the cone', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), async ({ X, Y }) => {
        const units = rowsAsLists(Y).map((y) => y.map((value) => value / Math.sqrt(dot(y, y))));
        const intercept = Float64Array.from(units[0], (_, j) => units.reduce((sum, u) => sum + u[j], 0));
        const constant = new Scorer({
          coefficients: matrix(new Float64Array(Y.columns * X.columns), X.columns),
          intercept,
        });
        await constant.add(X, Y);
        const { gamma, coneSize: c } = constant.scores();
        expectNear(gamma, Math.sqrt(c!), exact);
        expect(gammaRatio(gamma!, c!)).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });
});

describe('NL9: more regressors', () => {
  it('never raise the residual, and R² on train lies in [0, 1]', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), async ({ X, Y, seed }) => {
        const more = image(X, (x, i) => [...x, ...row(normal(X.rows, 2, seed + 3), i)]);
        const [few, many] = [await trainScores(X, Y), await trainScores(more, Y)];
        for (const { r2 } of [few, many]) {
          expect(r2).toBeGreaterThanOrEqual(-exact);
          expect(r2).toBeLessThanOrEqual(1 + exact);
        }
        expect(many.r2).toBeGreaterThanOrEqual(few.r2! - exact);
        const part = await trainScores(
          takeRows(X, [...Array(40).keys()]) as Rows,
          takeRows(Y, [...Array(40).keys()]) as Rows,
        );
        expect(part.r2).toBeGreaterThanOrEqual(-exact);
      }),
      runs,
    );
  });
});
