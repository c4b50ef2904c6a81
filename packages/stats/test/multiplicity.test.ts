import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg, holm } from '../src/index';

const pValues = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000),
    fc.integer({ min: 0, max: 20 }).map((k) => k / 400),
  ),
  { minLength: 1, maxLength: 8 },
);

describe('holm', () => {
  test('equals closed testing with Bonferroni tests of every intersection', () => {
    fc.assert(
      fc.property(pValues, (list) => {
        const closed = list.map((_, i) => {
          let largest = 0;
          for (let subset = 1; subset < 1 << list.length; subset++) {
            if (!(subset & (1 << i))) continue;
            const members = list.filter((_, j) => subset & (1 << j));
            largest = Math.max(largest, Math.min(1, members.length * Math.min(...members)));
          }
          return largest;
        });
        const adjusted = holm(list);
        for (let i = 0; i < list.length; i++) expect(Math.abs(adjusted[i] - closed[i])).toBeLessThan(tolerance.float64);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('an example by hand', () => {
    expect([...holm([0.01, 0.04, 0.03, 0.005])].map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});

describe('benjaminiHochberg', () => {
  test('rejects at q exactly what the step-up rule rejects at q', () => {
    fc.assert(
      fc.property(pValues, fc.integer({ min: 1, max: 99 }), (list, percent) => {
        // Between the grid's points, so that rounding decides nothing.
        const q = percent / 100 + 1e-7;
        const sorted = [...list].sort((a, b) => a - b);
        const last = sorted.findLastIndex((p, k) => p <= ((k + 1) * q) / list.length);
        const rejected = list.map((p) => last >= 0 && p <= sorted[last]);
        expect([...benjaminiHochberg(list)].map((p) => (p <= q ? 1 : 0))).toEqual(rejected.map(Number));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('never exceeds Holm, never falls below the plain p-value', () => {
    fc.assert(
      fc.property(pValues, (list) => {
        const [step, family] = [benjaminiHochberg(list), holm(list)];
        for (let i = 0; i < list.length; i++) {
          expect(step[i]).toBeLessThanOrEqual(family[i] + tolerance.float64);
          expect(step[i]).toBeGreaterThanOrEqual(list[i]);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

test('no p-values give none, and what is no probability is refused', () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    expect(adjust([])).toEqual(new Float64Array(0));
    expect(() => adjust([0.1, 1.2])).toThrow('index 1 is 1.2');
    expect(() => adjust([Number.NaN])).toThrow('index 0 is NaN');
  }
});
