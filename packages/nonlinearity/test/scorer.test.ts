import { type LinearModel, matrix, rowsOf, takeRows } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measures, Scorer } from '../src/index';
import { expectNear, image, naiveMeasures, normal, predictions, rowsAsLists } from './support';

const exact = tolerance.float64;

/** Any map, rows, targets that it half explains, and clusters in no order. */
const problems = fc
  .record({
    n: fc.integer({ min: 4, max: 25 }),
    p: fc.integer({ min: 1, max: 4 }),
    q: fc.integer({ min: 2, max: 5 }),
    clusters: fc.integer({ min: 1, max: 6 }),
    offset: fc.constantFrom(0, 1, 1000),
    seed: fc.nat(1e6),
  })
  .map(({ n, p, q, clusters, offset, seed }) => {
    const model: LinearModel = { coefficients: normal(q, p, seed), intercept: normal(1, q, seed + 1).data };
    const X = normal(n, p, seed + 2);
    const noise = rowsAsLists(normal(n, q, seed + 3));
    const fitted = predictions(model, X);
    const Y = image(X, (_, i) => fitted[i].map((value, j) => value + noise[i][j] + offset));
    return { model, X, Y, clusters: Array.from({ length: n }, (_, i) => (i * 7 + seed) % clusters), seed };
  });

describe('scores', () => {
  it('equal their definitions, whatever the batches and the order of the clusters', async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.integer({ min: 1, max: 4 }), async ({ model, X, Y, clusters }, cut) => {
        const scorer = new Scorer(model);
        await scorer.add(rowsOf(X, 0, cut), rowsOf(Y, 0, cut), clusters.slice(0, cut));
        await scorer.add(rowsOf(X, cut, X.rows), rowsOf(Y, cut, X.rows), clusters.slice(cut));
        const scores = scorer.scores();
        const expected = naiveMeasures(predictions(model, X), rowsAsLists(Y), clusters);
        for (const name of measures)
          expectNear(scores[name], expected[name], tolerance.normalEquations * Math.max(1, Math.abs(expected[name])));
        expect(scores).toMatchObject({
          n: X.rows,
          clusters: new Set(clusters).size,
          degenerate: {},
          zeroTargets: 0,
          zeroPredictions: 0,
          constantFeatures: [],
        });
      }),
      { seed: 8, numRuns: 80 },
    );
  });

  it('for weights of the clusters equal those of a sample that has each as often', async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), async (problem, drawn) => {
        const { model, X, Y, clusters } = problem;
        const order = [...new Set(clusters)];
        const weights = order.map((_, i) => drawn[i]);
        // Copies of a cluster are clusters of their own.
        const copies = clusters.flatMap((name, row) =>
          Array.from({ length: weights[order.indexOf(name)] }, (_, copy) => ({ row, name: `${name} ${copy}` })),
        );
        fc.pre(copies.length > 3);
        const rows = copies.map(({ row }) => row);
        const expected = naiveMeasures(
          predictions(model, takeRows(X, rows)),
          rowsAsLists(takeRows(Y, rows)),
          copies.map(({ name }) => name),
        );
        const scorer = new Scorer(model);
        await scorer.add(X, Y, clusters);
        const actual = measures.map((name) => scorer.weighted(name)(weights));
        // A sample without variation, such as copies of one row, has no R².
        for (const [i, name] of measures.entries())
          if (Number.isFinite(expected[name]) && Math.abs(expected[name]) < 1e6)
            expectNear(actual[i], expected[name], tolerance.normalEquations * Math.max(1, Math.abs(expected[name])));
      }),
      { seed: 9, numRuns: 80 },
    );
  });

  it('for weights are refused where there are no clusters to weigh, or another number of them', async () => {
    const model: LinearModel = { coefficients: matrix([1], 1), intercept: Float64Array.of(0) };
    const [X, Y] = [normal(6, 1, 1), normal(6, 1, 2)];
    const scorer = new Scorer(model);
    await scorer.add(X, Y);
    expect(() => scorer.weighted('r2')).toThrow('give add() the cluster of each row');
    const clustered = new Scorer(model);
    await clustered.add(X, Y, [0, 0, 1, 1, 2, 2]);
    expect(clustered.weighted('r2')([1, 1, 1])).toBe(clustered.scores().r2);
    expect(() => clustered.weighted('r2')([1, 1])).toThrow('There are 2 weights for 3 clusters');
    expect(() => clustered.weighted('r3' as 'r2')).toThrow('There is no measure "r3"');
  });

  it('one outlier direction fakes R², and not the median over features', async () => {
    const X = image(normal(500, 6, 1), (x) => x.map((value, j) => (j === 0 ? 1000 * value : value)));
    const noise = rowsAsLists(normal(500, 6, 2));
    const Y = image(X, (x, i) => noise[i].map((value, j) => (j === 0 ? x[0] : value)));
    const scorer = new Scorer({
      coefficients: matrix(
        [...Array(36).keys()].map((at) => (at === 0 ? 1 : 0)),
        6,
      ),
      intercept: new Float64Array(6),
    });
    await scorer.add(X, Y);
    const { r2, medianR2, featureR2 } = scorer.scores();
    expect(r2).toBeGreaterThan(0.9999);
    expect(Math.abs(medianR2!)).toBeLessThan(0.02);
    expect(featureR2[0]).toBe(1);
  });
});

describe('what is undefined', () => {
  const identity: LinearModel = { coefficients: matrix([1, 0, 0, 1], 2), intercept: Float64Array.of(0, 0) };
  const score = async (x: number[], y: number[], model = identity) => {
    const scorer = new Scorer(model);
    await scorer.add(matrix(x, 2), matrix(y, 2));
    return scorer.scores();
  };

  it('zero vectors are counted and left out of the cosines, not of R²', async () => {
    const scores = await score([1, 0, 0, 0, 0, 2, 1, 1], [0, 0, 1, 1, 0, 3, 2, 2]);
    expect(scores).toMatchObject({ n: 4, gamma: 1, zeroTargets: 1, zeroPredictions: 1, degenerate: {} });
    const residual = 1 + 2 + 1 + 2;
    const [a, b] = [0.75 ** 2 + 0.25 ** 2 + 0.75 ** 2 + 1.25 ** 2, 1.5 ** 2 + 0.5 ** 2 + 1.5 ** 2 + 0.5 ** 2];
    expectNear(scores.r2, 1 - residual / (a + b), exact);
  });

  it('a constant feature is listed, and left out of the median', async () => {
    const scores = await score([1, 2, 2, 2, 3, 2], [1, 0.1, 2, 0.1, 4, 0.1]);
    expect(scores.constantFeatures).toEqual([1]);
    expect(scores.featureR2[1]).toBeNull();
    expectNear(scores.featureR2[0], 1 - 1 / (14 / 3), exact);
    expect(scores.medianR2).toBe(scores.featureR2[0]);
    expect(scores.degenerate).toEqual({});
  });

  it('a feature that varies by rounding only is constant, with any offset', async () => {
    const values = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2];
    for (const scale of [1, 1e6, 1e-6]) {
      const y = values.flatMap((value) => [scale * value, 1]);
      expect(await score([1, 2, 3, 4, 5, 6, 7, 8], y)).toMatchObject({
        r2: null,
        medianR2: null,
        constantFeatures: [0, 1],
        degenerate: { r2: 'no feature of the target varies', medianR2: 'no feature of the target varies' },
      });
    }
  });

  it('a map to 0 has an R² and no cosine', async () => {
    const zero = { ...identity, coefficients: matrix([0, 0, 0, 0], 2) };
    const scores = await score([1, 2, 3, 4], [1, 1, -1, -1], zero);
    expect(scores).toMatchObject({
      gamma: null,
      gammaRatio: null,
      gammaDiff: null,
      coneSize: 0,
      zeroPredictions: 2,
      r2: 0,
    });
    expect(scores.degenerate.gammaDiff).toBe('every prediction is 0, so none has a cosine');
  });

  it('one row has a cosine, and no R²', async () => {
    const scores = await score([1, 2], [2, 4]);
    expect(scores).toMatchObject({ gamma: 1, gammaRatio: null, r2: null, constantFeatures: [0, 1] });
    expectNear(scores.coneSize, 1, exact);
  });

  it('nothing is ever NaN', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 1, -1, 1e-3, 1e6), { minLength: 8, maxLength: 8 }),
        async (values) => {
          const scores = await score(values.slice(0, 4), values.slice(4));
          expect(JSON.stringify(Object.values(scores).map((value) => Number.isNaN(value)))).not.toContain('true');
          for (const name of measures) expect(scores[name] === null).toBe(scores.degenerate[name] !== undefined);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('intervals', () => {
  const model: LinearModel = { coefficients: normal(3, 4, 1), intercept: new Float64Array(3) };
  const X = normal(120, 4, 2);
  const noise = rowsAsLists(normal(120, 3, 3));
  const Y = image(X, (_, i) => predictions(model, rowsOf(X, i, i + 1))[0].map((value, j) => value + noise[i][j]));
  const clusters = Array.from({ length: 120 }, (_, i) => Math.floor(i / 4));
  const scored = async (...batches: [number, number][]) => {
    const scorer = new Scorer(model);
    for (const [from, to] of batches)
      await scorer.add(rowsOf(X, from, to), rowsOf(Y, from, to), clusters.slice(from, to));
    return scorer;
  };

  it('hold the scores, repeat by seed, and count clusters, also those that batches cut', async () => {
    const [whole, cut] = [await scored([0, 120]), await scored([0, 50], [50, 51], [51, 120])];
    const intervals = whole.intervals({ seed: 7 });
    expect(Object.keys(intervals)).toEqual([...measures]);
    const scores = whole.scores();
    for (const name of measures) {
      const { estimate, lower, upper, n } = intervals[name]!;
      expectNear(estimate, scores[name]!, 1e-14);
      expect([lower < estimate, estimate < upper, n]).toEqual([true, true, 30]);
    }
    const again = cut.intervals({ seed: 7 });
    for (const name of measures) expectNear(again[name]!.lower, intervals[name]!.lower, exact);
  });

  it('are of the size that the standard error has: wider than of independent rows where clusters agree within', async () => {
    // Rows in four copies, each with its own cluster or all with one.
    const copied = (own: boolean) => {
      const scorer = new Scorer(model);
      const rows = Array.from({ length: 120 }, (_, i) => i % 30);
      return scorer
        .add(
          takeRows(X, rows),
          takeRows(Y, rows),
          rows.map((row, i) => (own ? i : row)),
        )
        .then(() => scorer.intervals({ seed: 1, measures: ['gamma'] }).gamma!.standardError);
    };
    expect((await copied(false)) / (await copied(true))).toBeCloseTo(2, 0);
  });

  it('say why there is none, and refuse what is unknown', async () => {
    const constant = new Scorer(model);
    await constant.add(
      X,
      image(Y, () => [1, 2, 3]),
      clusters,
    );
    expect(constant.intervals({ seed: 1, measures: ['r2'] }).r2!.degenerate).toBe('no feature of the target varies');
    const plain = new Scorer(model);
    expect(() => plain.scores()).toThrow('No rows were added');
    await plain.add(X, Y);
    expect(() => plain.intervals({ seed: 1 })).toThrow(
      'Intervals are over clusters; give add() the cluster of each row',
    );
    const scorer = await scored([0, 120]);
    // @ts-expect-error there is no such measure
    expect(() => scorer.intervals({ seed: 1, measures: ['beta'] })).toThrow(
      'There is no measure "beta"; there are gamma,',
    );
    expect(() => scorer.intervals({ seed: 1.5 })).toThrow('The seed is 1.5');
  });

  it('a batch that does not fit adds nothing', async () => {
    const scorer = await scored([0, 120]);
    const before = scorer.scores();
    const broken = { ...Y, data: Y.data.map((value, at) => (at === 4 ? Number.NaN : value)) };
    await expect(scorer.add(X, broken, clusters)).rejects.toThrow('Y has NaN in row 1, column 1 (from 0)');
    await expect(scorer.add(X, { ...Y, data: Y.data.map((value) => 1e150 * value) }, clusters)).rejects.toThrow(
      'values up to 1e+140 can be squared and summed. Divide Y by its scale.',
    );
    await expect(scorer.add(X, Y, [1, 2])).rejects.toThrow('There are 2 clusters for 120 rows');
    await expect(scorer.add(X, Y)).rejects.toThrow('Some batches have clusters and others do not');
    await expect(scorer.add(X, X, clusters)).rejects.toThrow('Y has 4 columns; the map has 3 outputs');
    await expect(scorer.add(Y, Y, clusters)).rejects.toThrow('X has 3 columns; the model has 4 inputs');
    expect(scorer.scores()).toEqual(before);
    const waiting = scorer.add(X, Y, clusters);
    expect(() => scorer.scores()).toThrow('await every add()');
    await waiting;
  });
});
