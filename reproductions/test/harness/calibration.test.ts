import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { clusterIntervals, familyLevel, percentOf, quantileOf } from '../../src/harness/cluster-interval';
import { type Criterion, judge, type Verdict, verdictOf } from '../../src/harness/verdict';

const SETS = 200;
const CLUSTERS = 14;
const PER_CLUSTER = 30;
const STEPS = 2;

/** Sentences in addresses that differ from each other: the share at layer ℓ is `shares[ℓ]` on average. */
function planted(seed: number, shares: readonly number[]) {
  const random = seededRandom(seed);
  const clusters: number[] = [];
  const hits = shares.map((): boolean[] => []);
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    // a cluster's own offset, the same for all layers
    const offset = (random() - 0.5) * 0.1;
    for (let i = 0; i < PER_CLUSTER; i++) {
      clusters.push(cluster);
      // one draw for all layers: hits are nested, as those of neighbouring layers nearly are
      const u = random() - offset;
      for (const [layer, share] of shares.entries()) hits[layer]!.push(u < share);
    }
  }
  return { clusters, hits };
}

const SESOI = 8;

/** The rule of C10: every step exceeds the SESOI, corrected for the number of steps. */
function increasing(seed: number, shares: readonly number[]): Criterion {
  const { clusters, hits } = planted(seed, shares);
  const of = hits.map(percentOf);
  const level = familyLevel(STEPS);
  return {
    name: 'increasing',
    statement: '',
    kind: 'direction',
    from: 0,
    side: 'above',
    sesoi: SESOI,
    level,
    parts: clusterIntervals(
      clusters,
      of.slice(1).map((next, i) => ({ label: `${i}`, of: (weights: Float64Array) => next(weights) - of[i]!(weights) })),
      { level, seed, resamples: 2000 },
    ),
  };
}

/** The rule of C7 and C12: a share or median inside a band. */
function inBand(seed: number, share: number): Criterion {
  const { clusters, hits } = planted(seed, [share]);
  return {
    name: 'band',
    statement: '',
    kind: 'band',
    low: 60,
    high: null,
    sesoi: 12,
    level: 0.95,
    parts: clusterIntervals(clusters, [{ label: '', of: percentOf(hits[0]!) }], { level: 0.95, seed, resamples: 2000 }),
  };
}

/** The rule of C11: medians of a positive number grow by a factor. */
function growing(seed: number, factor: number): Criterion {
  const random = seededRandom(seed);
  const clusters = Array.from({ length: CLUSTERS * PER_CLUSTER }, (_, i) => i % CLUSTERS);
  const low = clusters.map(() => Math.exp(random() + random() + random() - 5));
  const high = low.map((value) => value * factor * Math.exp(0.2 * (random() - 0.5)));
  const [a, b] = [low, high].map((values) => quantileOf(values, 0.5)) as [
    (weights: Float64Array) => number,
    (weights: Float64Array) => number,
  ];
  return {
    name: 'growing',
    statement: '',
    kind: 'direction',
    from: 0,
    side: 'above',
    sesoi: Math.log(1.15),
    level: 0.95,
    parts: clusterIntervals(clusters, [{ label: '', of: (weights) => Math.log(b(weights) / a(weights)) }], {
      level: 0.95,
      seed,
      resamples: 2000,
    }),
  };
}

/** What comes of 200 data sets. */
const sets = (criterion: (seed: number) => Criterion): Criterion[] =>
  Array.from({ length: SETS }, (_, i) => criterion(i + 1));
const share = (criteria: readonly Criterion[], wanted: (criterion: Criterion) => boolean): number =>
  criteria.filter(wanted).length / criteria.length;
const told = (verdict: Verdict) => (criterion: Criterion) => verdictOf([criterion], []) === verdict;
/** No effect at all is excluded, whatever its size: what the printed power is about. */
const detected = (criterion: Criterion) => criterion.parts.every(({ interval: [low] }) => low > 0);

// α = 0.05, and three standard deviations of a share of 200 data sets above it.
const FALSE = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / SETS);

describe('the tester: steps over layers', () => {
  it('null data are never told reproduced more often than α', () => {
    expect(
      share(
        sets((seed) => increasing(seed, [0.5, 0.5, 0.5])),
        told('reproduced'),
      ),
    ).toBeLessThanOrEqual(FALSE);
  }, 120_000);

  it('steps of the SESOI are told from none with power 0.8, and are not told to exceed it more often than α', () => {
    const criteria = sets((seed) => increasing(seed, [0.36, 0.44, 0.52]));
    expect(share(criteria, detected)).toBeGreaterThanOrEqual(0.8);
    expect(share(criteria, told('reproduced'))).toBeLessThanOrEqual(FALSE);
    // the power that is printed promises no more than that
    const printed = criteria.reduce((sum, criterion) => sum + judge(criterion).power!, 0) / SETS;
    expect(printed).toBeGreaterThan(0.8);
    expect(printed).toBeLessThan(share(criteria, detected) + 0.05);
  }, 120_000);

  it('steps of twice the SESOI are told reproduced with power 0.8', () => {
    expect(
      share(
        sets((seed) => increasing(seed, [0.36, 0.52, 0.68])),
        told('reproduced'),
      ),
    ).toBeGreaterThanOrEqual(0.8);
  }, 120_000);
});

describe('the tester: bands', () => {
  it('a share on the edge is not told inside more often than α', () => {
    expect(
      share(
        sets((seed) => inBand(seed, 0.6)),
        told('reproduced'),
      ),
    ).toBeLessThanOrEqual(FALSE);
  }, 120_000);

  it('a share one SESOI inside is told inside with power 0.8, one SESOI outside is told outside', () => {
    expect(
      share(
        sets((seed) => inBand(seed, 0.72)),
        told('reproduced'),
      ),
    ).toBeGreaterThanOrEqual(0.8);
    expect(
      share(
        sets((seed) => inBand(seed, 0.48)),
        told('not reproduced'),
      ),
    ).toBeGreaterThanOrEqual(0.8);
  }, 120_000);
});

describe('the tester: ratios of medians', () => {
  it('no growth is not told growth; growth of the SESOI is told from none; twice its size is told reproduced', () => {
    expect(
      share(
        sets((seed) => growing(seed, 1)),
        told('reproduced'),
      ),
    ).toBeLessThanOrEqual(FALSE);
    expect(
      share(
        sets((seed) => growing(seed, 1.15)),
        detected,
      ),
    ).toBeGreaterThanOrEqual(0.8);
    expect(
      share(
        sets((seed) => growing(seed, 1.15 ** 2)),
        told('reproduced'),
      ),
    ).toBeGreaterThanOrEqual(0.8);
  }, 120_000);
});
