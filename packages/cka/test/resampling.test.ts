import { type Matrix, matrix } from '@interlayer/linalg';
import { mean, standardDeviation } from '@interlayer/stats';
import { seededRandom, tolerance } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { cka, ckaInterval, type Estimator, permutationTest, weightedCka } from '../src/index';
import { beside, expectNear, mapped, naiveCka, naiveGram, normal, pick, singleMatmul } from './support';

const estimators: Estimator[] = ['debiased', 'biased'];

/** Sentences of 2 to 5 tokens, of which each moves all its tokens alike. */
function sentences(count: number, seed: number): { X: Matrix; Y: Matrix; clusters: string[] } {
  const clusters: string[] = [];
  for (let sentence = 0; sentence < count; sentence++)
    for (let token = 0; token < 2 + (sentence % 4); token++) clusters.push(`s${sentence}`);
  const n = clusters.length;
  const [topic, x, y] = [normal(count, 2, seed), normal(n, 4, seed + 1), normal(n, 3, seed + 2)];
  const of = (i: number, j: number) => topic.data[Number(clusters[i].slice(1)) * 2 + (j % 2)];
  return {
    X: mapped(x, (value, i, j) => value + of(i, j)),
    Y: mapped(y, (value, i, j) => value + of(i, j)),
    clusters,
  };
}

describe('weightedCka', () => {
  it.each(estimators)('%s: is CKA when every cluster is drawn once, with either kernel', async (estimator) => {
    const { X, Y, clusters } = sentences(100, 1); // more rows than a block
    for (const kernel of ['linear', 'rbf'] as const) {
      const weighted = await weightedCka(X, Y, { clusters, estimator, kernel });
      const { value } = await cka(X, Y, { estimator, kernel });
      expectNear(weighted.value, value, tolerance.similarity);
      expectNear(weighted.statistic(new Float64Array(100).fill(1)), value, tolerance.similarity);
      expect(weighted.clusters).toBe(100);
    }
  });

  it('counts a pair within a cluster once a copy, a pair between clusters once a pair of copies', async () => {
    const { X, Y, clusters } = sentences(12, 2);
    const { statistic } = await weightedCka(X, Y, { clusters, estimator: 'biased' });
    const weights = Float64Array.of(0, 1, 3, 1, 0, 2, 1, 1, 0, 2, 1, 0);
    // Centred as in the whole sample.
    const centred = (Z: Matrix) => {
      const K = naiveGram(Z);
      const means = K.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
      const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
      return K.map((row, i) => row.map((value, j) => value - means[i] - means[j] + mean));
    };
    const [K, L] = [centred(X), centred(Y)];
    const total = (a: number[][], b: number[][]) => {
      let sum = 0;
      for (const [i, row] of a.entries())
        for (const [j, value] of row.entries()) {
          const [s, t] = [Number(clusters[i].slice(1)), Number(clusters[j].slice(1))];
          sum += (s === t ? weights[s] : weights[s] * weights[t]) * value * b[i][j];
        }
      return sum;
    };
    expectNear(statistic(weights), total(K, L) / Math.sqrt(total(K, K) * total(L, L)), tolerance.similarity);
  });

  it.each(estimators)('%s: is the same by features as by items', async (estimator) => {
    // 42 rows of 7 columns are summed by features, with 40 columns of zeros more by items.
    const { X, Y, clusters } = sentences(12, 7);
    const wide = beside(
      Y,
      mapped(normal(Y.rows, 40, 8), () => 0),
    );
    const weights = Float64Array.of(0, 1, 3, 1, 0, 2, 1, 1, 0, 2, 1, 0);
    for (const scale of [1, 1e-8, 1e8]) {
      const scaled = mapped(X, (value) => scale * value);
      const [features, items] = [
        await weightedCka(scaled, Y, { clusters, estimator }),
        await weightedCka(scaled, wide, { clusters, estimator }),
      ];
      expectNear(features.value, items.value, tolerance.similarity);
      expectNear(features.statistic(weights), items.statistic(weights), tolerance.similarity);
      const single = await weightedCka(scaled, Y, { clusters, estimator, matmul: singleMatmul });
      expectNear(single.statistic(weights), items.statistic(weights), tolerance.float32);
    }
  });

  it('is the same in blocks of features', async () => {
    const [X, Y] = [normal(3072, 62, 1), normal(3072, 62, 2)];
    const clusters = Array.from({ length: 3072 }, (_, i) => Math.floor(i / 12));
    const features = await weightedCka(X, Y, { clusters });
    const items = await weightedCka(
      X,
      beside(
        Y,
        mapped(normal(3072, 10, 3), () => 0),
      ),
      { clusters },
    );
    const weights = Float64Array.from({ length: 256 }, (_, i) => i % 4);
    expectNear(features.statistic(weights), items.statistic(weights), tolerance.similarity);
  });

  it('without one cluster, is close to CKA of the other rows', async () => {
    const { X, Y, clusters } = sentences(60, 3);
    const { statistic, value } = await weightedCka(X, Y, { clusters });
    const [changes, errors] = [[] as number[], [] as number[]];
    for (let left = 0; left < 60; left += 4) {
      const rows = [...clusters.keys()].filter((i) => clusters[i] !== `s${left}`);
      const rest = naiveCka(pick(X, rows), pick(Y, rows));
      changes.push(Math.abs(rest - value!));
      errors.push(Math.abs(statistic(new Float64Array(60).fill(1).fill(0, left, left + 1)) - rest));
    }
    // What centring anew changes is of second order.
    expect(mean(errors)).toBeLessThan(0.1 * mean(changes));
  });

  it('is NaN of a constant side and of no clusters, and wants a cluster for each row', async () => {
    const { X, Y, clusters } = sentences(9, 4);
    const constant = await weightedCka(
      mapped(X, () => 1),
      Y,
      { clusters },
    );
    expect(constant.degenerate).toMatch(/^X is constant/);
    expect(constant.statistic(new Float64Array(9).fill(1))).toBeNaN();
    const { statistic } = await weightedCka(X, Y, { clusters });
    expect(statistic(new Float64Array(9))).toBeNaN();
    expect(() => statistic([1])).toThrow('1 weights for 9 clusters');
    await expect(weightedCka(X, Y, { clusters: ['a'] })).rejects.toThrow(`1 clusters for ${X.rows} rows`);
  });
});

describe('ckaInterval', () => {
  it('covers the CKA of the population', { timeout: 240_000 }, async () => {
    // X = S + E, Y = S + F, all standard normal in 3 dimensions: every canonical correlation is 1/2, so CKA is 1/4.
    let covered = 0;
    const [trials, n] = [100, 80];
    for (let trial = 0; trial < trials; trial++) {
      const [S, E, F] = [0, 1, 2].map((k) => normal(n, 3, 3 * trial + k));
      const [X, Y] = [E, F].map((noise) => mapped(S, (value, i, j) => value + noise.data[i * 3 + j]));
      const { lower, upper } = await ckaInterval(X, Y, { seed: trial, resamples: 2000 });
      if (lower <= 0.25 && 0.25 <= upper) covered++;
    }
    // Binomial with probability 0.95, and what BCa lacks at this n: within three standard errors of 0.93.
    expect(covered).toBeGreaterThanOrEqual(86);
  });

  it('is wider over sentences than over tokens that depend on each other', async () => {
    const { X, Y, clusters } = sentences(60, 5);
    const [byToken, bySentence] = [
      await ckaInterval(X, Y, { seed: 1, resamples: 2000 }),
      await ckaInterval(X, Y, { clusters, seed: 1, resamples: 2000 }),
    ];
    expect(bySentence.n).toBe(60);
    expect(byToken.n).toBe(X.rows);
    expectNear(bySentence.estimate, byToken.estimate, tolerance.similarity);
    expect(bySentence.standardError).toBeGreaterThan(1.2 * byToken.standardError);
    expect(await ckaInterval(X, Y, { clusters, seed: 1, resamples: 2000 })).toEqual(bySentence);
  });

  it('has a standard error like that of fresh samples', async () => {
    const values = Array.from({ length: 60 }, (_, k) => {
      const { X, Y } = sentences(40, 10 + 3 * k);
      return naiveCka(X, Y);
    });
    const spread = standardDeviation(values);
    const errors: number[] = [];
    for (let k = 0; k < 10; k++) {
      const { X, Y, clusters } = sentences(40, 10 + 3 * k);
      errors.push((await ckaInterval(X, Y, { clusters, seed: k, resamples: 2000 })).standardError);
    }
    expect(mean(errors) / spread).toBeGreaterThan(0.75);
    expect(mean(errors) / spread).toBeLessThan(1.35);
  });

  it('gives the reason where there is no interval', async () => {
    const { X, Y, clusters } = sentences(9, 6);
    const none = await ckaInterval(
      X,
      mapped(Y, () => 2),
      { clusters, seed: 1, resamples: 2000 },
    );
    expect(none).toMatchObject({
      degenerate: 'Y is constant: all its rows are equal',
      lower: Number.NEGATIVE_INFINITY,
    });
    await expect(ckaInterval(X, Y, { seed: 1, resamples: 10 })).rejects.toThrow('There are 10 resamples');
  });
});

describe('permutationTest', () => {
  it('recomputes CKA of the permuted rows', async () => {
    const [X, Y] = [normal(5, 2, 1), normal(5, 3, 2)];
    const { permuted, value } = await permutationTest(X, Y, { seed: 1, permutations: 200 });
    expectNear(value, naiveCka(X, Y), tolerance.similarity);
    const orders = (rest: number[]): number[][] =>
      rest.length === 0 ? [[]] : rest.flatMap((i) => orders(rest.filter((j) => j !== i)).map((order) => [i, ...order]));
    const possible = orders([0, 1, 2, 3, 4]).map((order) => naiveCka(X, pick(Y, order)));
    const nearest = (each: number) => possible.reduce((best, other) => Math.min(best, Math.abs(other - each)), 1);
    for (const each of permuted) expect(nearest(each)).toBeLessThan(1e-9);
    // 200 of 120 orders: about 120 (1 − e^(−200/120)) = 97 different ones.
    expect(new Set([...permuted].map((each) => each.toFixed(9))).size).toBeGreaterThan(75);
  });

  it.each(estimators)('%s: finds dependence, and of independent data has uniform p-values', async (estimator) => {
    const noise = normal(20, 3, 0);
    const X = normal(20, 3, 1);
    const found = await permutationTest(
      X,
      mapped(X, (value, i, j) => value + noise.data[i * 3 + j]),
      { seed: 1, estimator },
    );
    expect(found.p).toBe(1 / 1000);
    let rejected = 0;
    for (let trial = 0; trial < 200; trial++) {
      const options = { seed: trial, permutations: 99, estimator };
      if ((await permutationTest(normal(12, 3, 2 * trial), normal(12, 4, 2 * trial + 1), options)).p! <= 0.1)
        rejected++;
    }
    // Binomial(200, 0.1): 20 ± 3 · 4.2.
    expect(rejected).toBeGreaterThan(7);
    expect(rejected).toBeLessThan(33);
  });

  it('swaps whole clusters of the same size: tokens of one sentence are no evidence of their own', async () => {
    const random = seededRandom(3);
    let [byToken, bySentence] = [0, 0];
    for (let trial = 0; trial < 100; trial++) {
      // Independent sides, of which each is nearly constant within a sentence of four tokens.
      const clusters = Array.from({ length: 40 }, (_, i) => Math.floor(i / 4));
      const side = (seed: number) => {
        const topics = normal(10, 3, seed);
        return matrix(
          clusters.flatMap((s) => [0, 1, 2].map((j) => topics.data[s * 3 + j] + 0.1 * random())),
          3,
        );
      };
      const [X, Y] = [side(2 * trial), side(2 * trial + 1)];
      const options = { seed: trial, permutations: 99 };
      if ((await permutationTest(X, Y, options)).p! <= 0.1) byToken++;
      if ((await permutationTest(X, Y, { ...options, clusters })).p! <= 0.1) bySentence++;
    }
    expect(byToken).toBeGreaterThan(35);
    expect(bySentence).toBeLessThan(20);
  });

  it('never falls below the observed value by rounding', async () => {
    const clusters = [0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 4, 4];
    const Y = normal(12, 2, 2);
    const same = pick(Y, [0, 1, 2, 3, 4, 3, 4, 7, 8, 9, 10, 11]); // clusters 1 and 2 are alike
    expect((await permutationTest(normal(12, 2, 1), same, { seed: 1, clusters, permutations: 50 })).p).toBe(1);
  });

  it('reports a constant side, and refuses what cannot be swapped', async () => {
    const [X, Y] = [normal(6, 2, 1), normal(6, 2, 2)];
    expect(
      await permutationTest(
        mapped(X, () => 1),
        Y,
        { seed: 1 },
      ),
    ).toMatchObject({ value: null, p: null });
    await expect(permutationTest(X, Y, { seed: 1, clusters: [1, 2, 2, 3, 3, 3] })).rejects.toThrow('No two clusters');
    await expect(permutationTest(X, Y, { seed: 1, permutations: 0 })).rejects.toThrow('permutations is 0');
    await expect(permutationTest(X, Y, { seed: 0.5 })).rejects.toThrow('The seed is 0.5');
  });
});

describe('independent layers of more columns than rows', () => {
  /** Whether the lower end of the interval is above a third. */
  const similar = async (estimator: Estimator, seed: number) => {
    const [X, Y] = [normal(48, 96, seed), normal(48, 96, seed + 1000)];
    return (await ckaInterval(X, Y, { estimator, seed, resamples: 2000, method: 'percentile' })).lower > 1 / 3;
  };

  it.each([
    ['biased', 8],
    ['debiased', 0],
  ] as const)('are called similar by the %s estimator in %d of 8 data sets', async (estimator, count) => {
    const seeds = Array.from({ length: 8 }, (_, i) => i + 1);
    const verdicts = await Promise.all(seeds.map((seed) => similar(estimator, seed)));
    expect(verdicts.filter(Boolean)).toHaveLength(count);
  });
});
