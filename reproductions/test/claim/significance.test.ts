import { describe, expect, it } from 'vitest';
import type { Criterion } from '../../src/claim/schema';
import { claimP, significanceOf } from '../../src/claim/significance';

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
  unit: '%',
  level: 0.95,
  parts: estimates.map((estimate) => part(estimate)),
});
const band = (low: number | null, high: number | null, estimate: number): Criterion => ({
  name: 'b',
  statement: 'b',
  kind: 'band',
  low,
  high,
  sesoi: 1,
  unit: '%',
  level: 0.95,
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

  it('leaves out what is not asserted', () => {
    expect(claimP({ criteria: [direction(6), { ...direction(4), notAsserted: 'too small' }] })).toBeCloseTo(0.00135, 5);
    expect(claimP({ criteria: [{ ...direction(4), notAsserted: 'too small' }] })).toBeUndefined();
  });

  it('is corrected by Holm within a paper and subject, and by Benjamini and Hochberg over all', () => {
    const exact: Criterion = { ...direction(0), kind: 'exact', value: 0 } as never;
    const results = [
      { id: 'a-2000/c1-x', subject: 'x', criteria: [direction(5)] },
      { id: 'a-2000/c1-x', subject: 'y', criteria: [direction(5)] },
      { id: 'a-2000/c2-x', subject: 'x', criteria: [direction(6)] },
      { id: 'a-2000/c3-x', subject: 'x', criteria: [exact] },
      { id: 'b-2000/c1-x', subject: 'x', criteria: [direction(4)] },
    ];
    const corrected = significanceOf(results);
    const [c1, c1OfY, c2, c3, other] = corrected;
    expect(c1!.holm).toBeCloseTo(0.02275, 5);
    expect(c1OfY!.holm).toBeCloseTo(0.02275, 5);
    expect(c2!.holm).toBeCloseTo(2 * 0.00135, 5);
    expect(c3).toBeUndefined();
    expect(other!.holm).toBeCloseTo(0.158655, 5);
    // p = Φ(−3), Φ(−2) twice, Φ(−1): times 4, 4 / 3 for both of the equal ones, and 1
    expect(c2!.benjaminiHochberg).toBeCloseTo(4 * 0.00135, 5);
    expect(c1!.benjaminiHochberg).toBeCloseTo((4 / 3) * 0.02275, 5);
    expect(c1OfY!.benjaminiHochberg).toBe(c1!.benjaminiHochberg);
    expect(other!.benjaminiHochberg).toBeCloseTo(0.158655, 5);
    expect(c1!.p).toBeCloseTo(0.02275, 5);
    // Times have no p-value, and leave those of others as they are.
    const timed = { id: 'a-2000/c4-x', subject: 'x', criteria: [direction(5.5)], timed: true };
    expect(significanceOf([...results, timed])).toEqual([...corrected, undefined]);
  });
});
