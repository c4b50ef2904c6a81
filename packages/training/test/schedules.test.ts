import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSchedule, cosineSchedule, linearSchedule } from '../src/index';

describe('schedules', () => {
  it('warm up linearly, peak at the end of it, fall linearly to zero', () => {
    const rate = linearSchedule({ peak: 2, warmUp: 4, steps: 12 });
    expect([1, 2, 3, 4, 5, 8, 12].map(rate)).toEqual([0.5, 1, 1.5, 2, 1.75, 1, 0]);
  });

  it('fall along a cosine', () => {
    const rate = cosineSchedule({ peak: 1, warmUp: 2, steps: 10, final: 0.1 });
    expect(rate(1)).toBe(0.5);
    expect(rate(2)).toBe(1);
    expect(rate(6)).toBeCloseTo(0.55, 12);
    expect(rate(10)).toBeCloseTo(0.1, 12);
  });

  it('stay constant', () => {
    expect([1, 10, 1e6].map(constantSchedule(3e-4))).toEqual([3e-4, 3e-4, 3e-4]);
  });

  it('rise until the peak and never after it, within [final · peak, peak] from there on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(linearSchedule, cosineSchedule),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(300),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, steps, warm, final) => {
          const warmUp = Math.min(warm, steps);
          const rate = schedule({ peak: 3, warmUp, steps, final });
          for (let step = 1; step <= steps; step++) {
            if (step <= warmUp) expect(rate(step)).toBeCloseTo((3 * step) / warmUp, 10);
            else {
              expect(rate(step)).toBeLessThanOrEqual(rate(step - 1 || 1) + 1e-12);
              expect(rate(step)).toBeGreaterThanOrEqual(3 * final - 1e-12);
            }
          }
          if (steps > warmUp) expect(rate(steps)).toBeCloseTo(3 * final, 10);
        },
      ),
      { seed: 7, numRuns: 50 },
    );
  });

  it('refuse what is no schedule', () => {
    expect(() => linearSchedule({ peak: 0, steps: 5 })).toThrow('peak is 0');
    expect(() => linearSchedule({ peak: 1, steps: 0 })).toThrow('steps is 0');
    expect(() => linearSchedule({ peak: 1, steps: 5, warmUp: 6 })).toThrow(
      'warmUp is 6; expected an integer of [0, steps = 5]',
    );
    expect(() => cosineSchedule({ peak: 1, steps: 5, final: 2 })).toThrow('final is 2');
    expect(() => constantSchedule(Number.POSITIVE_INFINITY)).toThrow('peak is Infinity');
  });
});
