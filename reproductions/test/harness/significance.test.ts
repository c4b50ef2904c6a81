import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/harness/result-schema';
import { claimP, significanceOf } from '../../src/harness/significance';

type Criterion = Result['criteria'][number];
// 95 % intervals of half width 1.959964 have a standard error of 1.
const part = (estimate: number, half = 1.959963985) => ({
  label: '',
  estimate,
  interval: [estimate - half, estimate + half] as [number, number],
});
const direction = (...estimates: number[]): Criterion => ({
  name: 'd',
  statement: 'd',
  kind: 'direction',
  from: 1,
  side: 'above',
  sesoi: 2,
  level: 0.95,
  status: 'open',
  parts: estimates.map((estimate) => part(estimate)),
});
const band = (low: number | null, high: number | null, estimate: number): Criterion => ({
  name: 'b',
  statement: 'b',
  kind: 'band',
  low,
  high,
  sesoi: 1,
  level: 0.95,
  status: 'open',
  parts: [part(estimate)],
});

describe('the p-value of a claim', () => {
  it('is that of its weakest part, against the effect that does not matter', () => {
    // Φ(−1), Φ(−2), Φ(−3), from a table
    expect(claimP({ criteria: [direction(4)] })).toBeCloseTo(0.158655, 5);
    expect(claimP({ criteria: [direction(5, 6)] })).toBeCloseTo(0.02275, 5);
    expect(claimP({ criteria: [direction(6), band(0, null, 1)] })).toBeCloseTo(0.158655, 5);
    expect(claimP({ criteria: [band(0, 5, 3)] })).toBeCloseTo(0.02275, 5);
    expect(claimP({ criteria: [band(0, null, -3)] })).toBeCloseTo(0.99865, 5);
  });

  it('is undefined where nothing has an interval', () => {
    const exact: Criterion = { ...direction(0), kind: 'exact', value: 0 } as never;
    expect(claimP({ criteria: [exact] })).toBeUndefined();
    expect(
      claimP({ criteria: [{ ...band(0, 1, 0), parts: [{ label: '', estimate: 0, interval: [null, null] }] }] }),
    ).toBe(undefined);
  });

  it('is corrected by Holm within a paper and by Benjamini and Hochberg over all', () => {
    const found = significanceOf([
      { id: 'a-2000/c1-x', criteria: [direction(5)] },
      { id: 'a-2000/c2-x', criteria: [direction(6)] },
      { id: 'b-2000/c1-x', criteria: [direction(4)] },
    ]);
    expect(found.get('a-2000/c1-x')!.holm).toBeCloseTo(0.02275, 5);
    expect(found.get('a-2000/c2-x')!.holm).toBeCloseTo(2 * 0.00135, 5);
    expect(found.get('b-2000/c1-x')!.holm).toBeCloseTo(0.158655, 5);
    expect(found.get('a-2000/c1-x')!.benjaminiHochberg).toBeCloseTo(1.5 * 0.02275, 5);
    expect(found.get('b-2000/c1-x')!.benjaminiHochberg).toBeCloseTo(0.158655, 5);
  });
});
