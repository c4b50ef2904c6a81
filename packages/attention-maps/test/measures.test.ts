import { matrix } from '@interlayer/linalg';
import { normalValues, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amplifiedPairs, cancellationIndex, mapChange, outlierGains, weightMixing } from '../src/index';
import { fromLists, normal, probabilities } from './support';

const map = (n: number, seed: number) =>
  matrix(
    normalValues(n * n, seed).map((value) => Math.abs(Math.round(value * 5))),
    n,
  );

/** Spearman's ρ as Pearson's of ranks counted one by one. */
function naiveRho(a: number[], b: number[]): number {
  const rank = (x: number[]) => x.map((v) => x.filter((w) => w < v).length + (x.filter((w) => w === v).length + 1) / 2);
  const centred = (x: number[]) => x.map((v) => v - x.reduce((s, w) => s + w, 0) / x.length);
  const [x, y] = [centred(rank(a)), centred(rank(b))];
  const dot = (u: number[], v: number[]) => u.reduce((s, w, k) => s + w * v[k], 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe('mapChange', () => {
  it('is 1 − ρ over the cells that count, for every choice of cells', () => {
    const [a, b] = [map(6, 1), map(6, 2)];
    const tokens = [1, 1, 0, 1, 1, 1];
    for (const cells of ['all', 'lower'] as const)
      for (const diagonal of [true, false])
        for (const counted of [undefined, tokens]) {
          const picked = (target: number) =>
            [...Array(6).keys()]
              .filter((source) => (cells === 'all' || source <= target) && (diagonal || source !== target))
              .filter((source) => !counted || (counted[source] && counted[target]))
              .map((source) => 6 * target + source);
          const groups = [...Array(6).keys()].map(picked);
          const change = (indices: number[]) =>
            1 -
            naiveRho(
              indices.map((k) => a.data[k]),
              indices.map((k) => b.data[k]),
            );
          const options = { cells, diagonal, tokens: counted };
          expect(mapChange(a, b, options).value).toBeCloseTo(change(groups.flat()), 12);
          const each = groups
            .map((group) => (group.length > 1 ? change(group) : Number.NaN))
            .filter((x) => !Number.isNaN(x));
          const { value, skippedTargets } = mapChange(a, b, { ...options, by: 'target' });
          expect(value).toBeCloseTo(each.reduce((s, x) => s + x, 0) / each.length, 12);
          expect(skippedTargets).toBe((counted ? 5 : 6) - each.length);
        }
  });

  it('Q14: 0 on equal maps and under increasing transforms, 2 when reversed, symmetric', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const [a, b] = [normal(4, 4, seed), normal(4, 4, seed + 1)];
        const grown = matrix(
          a.data.map((x) => Math.exp(2 * x) + 1),
          4,
        );
        const reversed = matrix(
          a.data.map((x) => -x),
          4,
        );
        expect(mapChange(a, a).value).toBe(0);
        expect(mapChange(a, grown).value).toBe(0);
        expect(mapChange(a, reversed).value).toBe(2);
        expect(mapChange(a, b).value).toBeCloseTo(mapChange(b, a).value!, 14);
      }),
    );
  });

  it('Q15: a scale for each target moves the flat change and leaves the order within targets', () => {
    const before = fromLists([
      [1, 2],
      [3, 4],
    ]);
    const after = fromLists([
      [10, 20],
      [3, 4],
    ]);
    // Ranks 1 2 3 4 and 3 4 1 2: ρ = 1 − 6 · 16 / (4 · 15).
    expect(mapChange(before, after).value).toBeCloseTo(1.6, 14);
    expect(mapChange(before, after, { by: 'target' }).value).toBe(0);
  });

  it('a constant map is degenerate, never 0', () => {
    const zero = matrix(new Float64Array(9), 3);
    expect(mapChange(zero, zero)).toEqual({ value: null, degenerate: 'a map is constant', skippedTargets: 0 });
    expect(mapChange(map(3, 1), zero, { by: 'target' })).toEqual({
      value: null,
      degenerate: 'a map is constant, for each target',
      skippedTargets: 3,
    });
    expect(mapChange(map(2, 1), map(2, 2), { cells: 'lower', diagonal: false }).degenerate).toBe(
      'fewer than two cells',
    );
  });

  it('refuses what is no pair of maps', () => {
    expect(() => mapChange(normal(2, 3, 1), normal(2, 3, 1))).toThrow(/before is 2 × 3/);
    expect(() => mapChange(map(2, 1), map(3, 1))).toThrow(/before has 2 tokens and after has 3/);
    expect(() => mapChange(map(2, 1), map(2, 1), { tokens: [1] })).toThrow(/tokens has 1 values for 2/);
    expect(() => mapChange(map(2, 1), map(2, 1), { cells: 'upper' as never })).toThrow(/cells is "upper"/);
    expect(() => mapChange(map(2, 1), map(2, 1), { by: 'row' as never })).toThrow(/by is "row"/);
  });
});

describe('cancellationIndex', () => {
  const change = (value: number | null) => ({ value, skippedTargets: 0, ...(value === null && { degenerate: 'why' }) });
  it('is 1 undone, 0 as it was, below 0 amplified, null where nothing is defined', () => {
    expect(cancellationIndex(change(0.5), change(0))).toEqual({ value: 1 });
    expect(cancellationIndex(change(0.5), change(0.5))).toEqual({ value: 0 });
    expect(cancellationIndex(change(0.5), change(1))).toEqual({ value: -1 });
    expect(cancellationIndex(change(null), change(1))).toEqual({ value: null, degenerate: 'why' });
    expect(cancellationIndex(change(1), change(null))).toEqual({ value: null, degenerate: 'why' });
    expect(cancellationIndex(change(0), change(0))).toEqual({
      value: null,
      degenerate: 'the feed-forward block changes nothing',
    });
  });
});

describe('amplifiedPairs', () => {
  const before = fromLists([
    [2, 1, 1],
    [1, 1, 2],
    [0, 0, 0],
  ]);
  const after = fromLists([
    [1, 1, 2],
    [1, 5, 2],
    [0, 0, 0],
  ]);
  it('ranks differences of maps whose targets sum to 1', () => {
    // Targets sum to 4, 4, 0 before and 4, 8, 0 after.
    expect(amplifiedPairs(before, after)).toEqual([
      { target: 1, source: 1, change: 0.375 },
      { target: 0, source: 2, change: 0.25 },
    ]);
    expect(amplifiedPairs(before, after, { side: 'least', k: 2 })).toEqual([
      { target: 0, source: 0, change: -0.25 },
      { target: 1, source: 2, change: -0.25 },
    ]);
  });
  it('scales by source, or not at all, over the cells that count', () => {
    expect(amplifiedPairs(before, after, { scale: 'none', k: 1 })).toEqual([{ target: 1, source: 1, change: 4 }]);
    // Sources sum to 3, 2, 3 before and 2, 6, 4 after.
    expect(amplifiedPairs(before, after, { scale: 'source', k: 1 })[0]).toEqual({
      target: 1,
      source: 1,
      change: 5 / 6 - 1 / 2,
    });
    // Without the diagonal the rows are (1, 1) and (1, 2) before, (1, 2) and (1, 2) after.
    expect(amplifiedPairs(before, after, { diagonal: false })).toEqual([
      { target: 0, source: 2, change: 2 / 3 - 1 / 2 },
    ]);
    expect(amplifiedPairs(before, after, { cells: 'lower', scale: 'none' })).toHaveLength(1);
    expect(() => amplifiedPairs(before, after, { k: 0 })).toThrow(/k is 0/);
  });
});

describe('weightMixing', () => {
  it('Q17: in [0, 1], and the skip halves it', () => {
    const attention = [probabilities(5, 1), probabilities(5, 2)];
    const [plain, skipped] = [weightMixing(attention), weightMixing(attention, { residual: true })];
    for (const [i, ratio] of plain.entries()) {
      const kept = (attention[0].data[6 * i] + attention[1].data[6 * i]) / 2;
      expect(ratio).toBeCloseTo(1 - kept, 14);
      expect(skipped[i]).toBe(ratio / 2);
      // ½A + ½I by definition.
      expect(skipped[i]).toBeCloseTo((1 - kept) / 2 / ((1 - kept) / 2 + kept / 2 + 0.5), 14);
    }
    expect(() => weightMixing([])).toThrow(/no heads/);
    expect(() => weightMixing([normal(2, 3, 1)])).toThrow(/2 × 3/);
  });
});

describe('outlierGains', () => {
  it('names the dimensions of largest output and where their gain ranks', () => {
    const outputs = fromLists([
      [1, -9, 0.1, 5],
      [-1, 7, 0.3, -5],
    ]);
    const { dimensions, medianPercentile, correlation } = outlierGains(outputs, [1, -0.2, 2, 0.5], { share: 0.5 });
    expect(dimensions).toEqual([
      { dimension: 1, magnitude: 8, gain: 0.2, percentile: 0 },
      { dimension: 3, magnitude: 5, gain: 0.5, percentile: 100 / 3 },
    ]);
    expect(medianPercentile).toBeCloseTo(50 / 3, 14);
    expect(correlation).toBeCloseTo(-1, 14);
  });
  it('is degenerate for a constant gain, and refuses shapes that do not fit', () => {
    const outputs = normal(3, 4, 1);
    const constant = outlierGains(outputs, [1, 1, 1, 1]);
    expect(constant).toMatchObject({ medianPercentile: null, correlation: null, degenerate: 'γ is constant' });
    expect(constant.dimensions).toHaveLength(1);
    expect(() => outlierGains(outputs, [1])).toThrow(/gain has 1 values/);
    expect(() => outlierGains(outputs, [1, 2, 3, 4], { share: 0 })).toThrow(/share is 0/);
    expect(() => outlierGains(normal(0, 4, 1), [1, 2, 3, 4])).toThrow(/0 × 4/);
  });
  it('correlates |γ| with magnitudes by ranks', () => {
    const outputs = normal(20, 9, 2);
    const gain = normal(1, 9, 3).data;
    const magnitudes = [...Array(9).keys()].map((k) =>
      [...Array(20).keys()].reduce((s, i) => s + Math.abs(outputs.data[9 * i + k]), 0),
    );
    const { correlation } = outlierGains(outputs, gain);
    expect(Math.abs(correlation! - naiveRho([...gain].map(Math.abs), magnitudes))).toBeLessThan(tolerance.similarity);
  });
});
