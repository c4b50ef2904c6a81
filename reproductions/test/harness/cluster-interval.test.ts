import { median } from '@interlayer/stats';
import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import {
  clusterIntervals,
  familyLevel,
  gridMedianOf,
  meanOf,
  percentOf,
  quantileOf,
  sharePercent,
} from '../../src/harness/cluster-interval';

const random = seededRandom(3);

describe('weighted statistics', () => {
  it('equal the plain ones on the data written out as often as they weigh', () => {
    for (let round = 0; round < 200; round++) {
      const n = 1 + Math.floor(random() * 12);
      const values = Array.from({ length: n }, () => Math.floor(random() * 6));
      const weights = Float64Array.from(values, () => Math.floor(random() * 4));
      weights[0] = 1;
      const written = values.flatMap((value, i) => Array<number>(weights[i]!).fill(value));
      expect(quantileOf(values, 0.5)(weights)).toBe(median(written));
      expect(meanOf(values)(weights)).toBeCloseTo(written.reduce((a, b) => a + b, 0) / written.length, 12);
      const even = values.map((value) => value % 2 === 0);
      expect(percentOf(even)(weights)).toBeCloseTo(
        (100 * written.filter((value) => value % 2 === 0).length) / written.length,
        10,
      );
    }
  });

  it('the median on a grid halves the histogram', () => {
    for (let round = 0; round < 100; round++) {
      const width = 0.25;
      const values = Array.from({ length: 1 + Math.floor(random() * 15) }, () => width * Math.floor(random() * 5));
      const found = gridMedianOf(values, width)(new Float64Array(values.length).fill(1));
      // the mass of the histogram below the median, each value spread evenly over its cell
      const mass = values.reduce(
        (sum, value) => sum + Math.min(1, Math.max(0, (found - (value - width / 2)) / width)),
        0,
      );
      expect(mass).toBeCloseTo(values.length / 2, 9);
    }
  });
});

describe('clusterIntervals', () => {
  it('give the same for the same seed, and the estimate of the data as they are', () => {
    const values = Array.from({ length: 120 }, () => random());
    const clusters = values.map((_, i) => i % 10);
    const run = () => clusterIntervals(clusters, [{ label: 'mean', of: meanOf(values) }], { level: 0.95, seed: 5 });
    expect(run()).toEqual(run());
    const { estimate, interval, monteCarloError } = run()[0]!;
    expect(estimate).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 120, 12);
    expect(interval[0]).toBeLessThan(estimate);
    expect(interval[1]).toBeGreaterThan(estimate);
    expect(monteCarloError).toBeGreaterThan(0);
    expect(monteCarloError).toBeLessThan((interval[1] - interval[0]) / 10);
  });

  it('do not depend on the order of the units but for resampling noise', () => {
    const values = Array.from({ length: 150 }, () => random());
    const clusters = values.map((_, i) => i % 10);
    const order = values.map((_, i) => (i * 7) % 150);
    const of = (v: number[], c: number[]) =>
      clusterIntervals(c, [{ label: '', of: meanOf(v) }], { level: 0.95, seed: 5 })[0]!;
    const [a, b] = [
      of(values, clusters),
      of(
        order.map((i) => values[i]!),
        order.map((i) => clusters[i]!),
      ),
    ];
    expect(a.estimate).toBeCloseTo(b.estimate, 12);
    expect(Math.abs(a.interval[0] - b.interval[0])).toBeLessThan(8 * a.monteCarloError);
  });

  it('are wider where clusters differ', () => {
    const clusters = Array.from({ length: 300 }, (_, i) => i % 15);
    const noise = clusters.map(() => random());
    const width = (values: number[]) => {
      const { interval } = clusterIntervals(clusters, [{ label: '', of: meanOf(values) }], {
        level: 0.95,
        seed: 1,
      })[0]!;
      return interval[1] - interval[0];
    };
    expect(width(noise.map((value, i) => value + clusters[i]! / 5))).toBeGreaterThan(3 * width(noise));
  });

  it('are to be had for as many layers as the deepest models have, all read together', () => {
    const values = Array.from({ length: 60 }, () => random());
    const clusters = values.map((_, i) => i % 12);
    const width = (level: number) => {
      const [{ interval }] = clusterIntervals(clusters, [{ label: 'mean', of: meanOf(values) }], { level, seed: 1 });
      return interval[1] - interval[0];
    };
    const widths = [1, 11, 47, 95].map((count) => width(familyLevel(count)));
    expect(widths.every(Number.isFinite)).toBe(true);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });

  it('have no finite ends where nothing varies', () => {
    const { interval } = clusterIntervals([0, 0, 1, 1], [{ label: '', of: () => 4 }], { level: 0.95, seed: 1 })[0]!;
    expect(interval).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('shares at the boundary get an interval of their own', () => {
    const { value, interval } = sharePercent(Array<boolean>(100).fill(false));
    expect(value).toBe(0);
    expect(interval[0]).toBe(0);
    expect(interval[1]).toBeCloseTo(3.7, 1);
  });
});
