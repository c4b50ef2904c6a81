import fc from 'fast-check';
import { sampleRankCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { pearson, spearman, spearmanInterval } from '../src/index';
import { normalValues } from './support';

const tied = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { minLength: 3, maxLength: 30 })
  .map((pairs) => [pairs.map(([x]) => x), pairs.map(([, y]) => y)] as const)
  .filter(([a, b]) => new Set(a).size > 1 && new Set(b).size > 1);

describe('spearman', () => {
  test('with ties equals simple-statistics', () => {
    fc.assert(
      fc.property(tied, ([a, b]) => {
        expect(spearman(a, b)).toBeCloseTo(sampleRankCorrelation([...a], [...b]), 12);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('without ties equals 1 − 6Σd²/(n³ − n), and no monotone map changes it', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 }), (order) => {
        const n = order.length;
        const squares = order.reduce((total, rank, i) => total + (rank - i) ** 2, 0);
        const index = order.map((_, i) => i);
        expect(spearman(index, order)).toBeCloseTo(1 - (6 * squares) / (n ** 3 - n), 12);
        expect(
          spearman(
            index.map(Math.exp),
            order.map((x) => x ** 3),
          ),
        ).toBeCloseTo(spearman(index, order), 12);
        expect(
          spearman(
            order,
            index.map((x) => -x),
          ),
        ).toBeCloseTo(-spearman(index, order), 12);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('is NaN for a constant', () => expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN());
});

describe('the interval of a rank correlation', () => {
  test('covers the true value in 93 to 97 of 100 samples of correlated normal pairs', () => {
    const r = 0.6;
    const truth = (6 / Math.PI) * Math.asin(r / 2);
    const draw = normalValues(5);
    let covered = 0;
    const samples = 4000;
    for (let s = 0; s < samples; s++) {
      const a = draw(60);
      const other = draw(60);
      const { lower, upper } = spearmanInterval(
        a,
        a.map((x, i) => r * x + Math.sqrt(1 - r * r) * other[i]),
      );
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(covered / samples).toBeGreaterThan(0.93);
    expect(covered / samples).toBeLessThan(0.97);
  });

  test('is Fisher’s, a little wider, around the estimate', () => {
    const a = normalValues(6)(30);
    const b = normalValues(7)(30).map((x, i) => x + a[i]);
    const { estimate, lower, upper, method, n } = spearmanInterval(a, b, { level: 0.9 });
    expect({ method, n }).toEqual({ method: 'bonett-wright', n: 30 });
    expect(estimate).toBe(spearman(a, b));
    const fisher = 1.6448536269514722 / Math.sqrt(27);
    const half = (Math.atanh(upper) - Math.atanh(lower)) / 2;
    expect(half).toBeCloseTo(fisher * Math.sqrt(1 + estimate ** 2 / 2), 12);
    expect((Math.atanh(upper) + Math.atanh(lower)) / 2).toBeCloseTo(Math.atanh(estimate), 12);
    expect(pearson(a, b)).toBeGreaterThan(0);
  });

  test('flags what bounds nothing, and refuses what is too short', () => {
    const up = Array.from({ length: 12 }, (_, i) => i);
    expect(spearmanInterval(up, up)).toMatchObject({
      estimate: 1,
      lower: -Infinity,
      degenerate: expect.stringContaining('orders are the same'),
    });
    expect(spearmanInterval(up, up.fill(1, 0))).toMatchObject({
      upper: Infinity,
      degenerate: expect.stringContaining('constant'),
    });
    expect(() => spearmanInterval(up.slice(0, 9), up.slice(0, 9))).toThrow('at least 10 pairs; there are 9');
  });
});
