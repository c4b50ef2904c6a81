import { tolerance } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { normalCdf, normalDensity, normalQuantile } from '../src/index';

const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);

function simpson(f: (t: number) => number, from: number, to: number, steps: number): number {
  const h = (to - from) / steps;
  let total = f(from) + f(to);
  for (let i = 1; i < steps; i++) total += f(from + i * h) * (i % 2 ? 4 : 2);
  return (total * h) / 3;
}

/** P(Z > x) for x ≥ 0 by numeric integration of φ(x) ∫₀^∞ exp(−xt − t²/2) dt. */
const tail = (x: number) => density(x) * simpson((t) => Math.exp(-x * t - (t * t) / 2), 0, 14, 20_000);

describe('the normal distribution', () => {
  test('Φ equals numeric integration, in the tails to its own scale', () => {
    for (let x = 0; x < 12; x += 0.173) {
      expect(Math.abs(normalCdf(-x) / tail(x) - 1)).toBeLessThan(tolerance.specialFunction);
      expect(Math.abs(normalCdf(x) + tail(x) - 1)).toBeLessThan(tolerance.specialFunction);
    }
    expect(normalDensity(1.3)).toBeCloseTo(density(1.3), 15);
    expect([normalCdf(0), normalCdf(Infinity), normalCdf(-Infinity)]).toEqual([0.5, 1, 0]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  test('the quantile equals bisection of the integral', () => {
    for (const p of [1e-12, 1e-6, 0.001, 0.02, 0.025, 0.03, 0.2, 0.37, 0.49, 0.4999999]) {
      let low = 0;
      let high = 10;
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (tail(middle) > p) low = middle;
        else high = middle;
      }
      expect(Math.abs(normalQuantile(p) + low), `p = ${p}`).toBeLessThan(tolerance.specialFunction);
    }
  });

  test('known values, to all their digits', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0.995)).toBeCloseTo(2.5758293035489004, 14);
    expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 14);
    expect(normalQuantile(0.5)).toBe(0);
  });

  test('Φ undoes the quantile from 1e-300 to 1 − 1e-15, and both sides mirror', () => {
    for (let exponent = -300; exponent < 0; exponent += 3.7) {
      const p = 10 ** exponent / 2;
      const x = normalQuantile(p);
      // A relative step of x changes p by x² relative.
      expect(Math.abs(normalCdf(x) / p - 1), `p = ${p}`).toBeLessThan(1e-14 * (10 + x * x));
    }
    for (const p of [1e-15, 1e-9, 0.01, 0.3]) {
      const upper = normalQuantile(1 - p);
      expect(normalQuantile(1 - (1 - p))).toBe(-upper);
      expect(normalCdf(upper)).toBeCloseTo(1 - p, 15);
    }
  });

  test('the quantile keeps its digits where the density is subnormal', () => {
    // ln P(Z > x) = −x²/2 − ln(x √(2π)) − ln(1 + 1/(x² + 2 − …)), the latter to 1/x⁴: 1e-6 of a digit at x = 38.
    const logTail = (x: number) =>
      (-x * x) / 2 - Math.log(x * Math.sqrt(2 * Math.PI)) + Math.log1p(-1 / x ** 2 + 3 / x ** 4 - 15 / x ** 6);
    for (const p of [1e-300, 1e-308, 1e-315, 1e-320, 5e-324]) {
      const x = -normalQuantile(p);
      // A step of x changes the logarithm by x.
      expect(Math.abs(logTail(x) - Math.log(p)) / x ** 2).toBeLessThan(tolerance.specialFunction);
    }
  });

  test('the ends are infinite, and beyond is refused', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow('must lie in [0, 1]');
  });
});
