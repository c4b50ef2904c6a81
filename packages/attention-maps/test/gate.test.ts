import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationOf } from '../src/activation';
import { type ActivationName, gateOf, gatesOf } from '../src/index';

const SMOOTH: ActivationName[] = ['gelu', 'gelu-tanh', 'silu', 'identity'];
const sums = Array.from({ length: 1601 }, (_, k) => -8 + k / 100);

const worst = (activation: ActivationName, rule: 'midpoint' | 'gauss-legendre', steps: number) => {
  const [gate, { value }] = [gateOf(activation, { rule, steps }), activationOf(activation)];
  return Math.max(...sums.map((sum) => Math.abs(sum * gate(sum) - value(sum))));
};

describe.each([...SMOOTH, 'relu'] as ActivationName[])('Q3, with %s', (activation) => {
  it('completeness: the shares of the summands sum to g(S)', () => {
    const [gate, { value }] = [gateOf(activation), activationOf(activation)];
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 6 }), (summands) => {
        const sum = summands.reduce((total, u) => total + u, 0);
        const shares = summands.reduce((total, u) => total + u * gate(sum), 0);
        expect(Math.abs(shares - value(sum))).toBeLessThan(tolerance.contributionSum);
      }),
    );
  });

  it('the closed form is the integral', () => {
    const [closed, numeric] = [gateOf(activation), gateOf(activation, { rule: 'gauss-legendre', steps: 32 })];
    for (const sum of sums)
      expect(Math.abs(closed(sum) - numeric(sum)), `${sum}`).toBeLessThan(tolerance.contributionSum);
  });

  it('the slope is the derivative', () => {
    const { value, slope } = activationOf(activation);
    for (const x of sums.filter((sum) => Math.abs(sum) > 1e-3))
      expect(Math.abs(slope(x) - (value(x + 1e-5) - value(x - 1e-5)) / 2e-5)).toBeLessThan(
        tolerance.finiteDifference64,
      );
  });

  it('the gate without a formula is the one with it, near 0 too', () => {
    const { value, slope } = activationOf(activation);
    const [formula, quotient] = [gateOf(activation), gateOf({ value, slope })];
    for (const sum of [-3, -1e-3, -1e-7, 1e-12, 1e-6, 1e-4, 2])
      expect(Math.abs(formula(sum) - quotient(sum)), `${sum}`).toBeLessThan(tolerance.specialFunction);
  });
});

it('the gate at 0 is half for GELU and SiLU, 0 for ReLU', () => {
  expect(['relu', 'gelu', 'gelu-tanh', 'silu'].map((name) => gateOf(name as ActivationName)(0))).toEqual([
    0, 0.5, 0.5, 0.5,
  ]);
});

it('errors of numerical rules for exact GELU over |S| ≤ 8 are those computed independently', () => {
  const table = { 5: 1.1e-1, 10: 2.2e-2, 20: 5.4e-3, 50: 8.5e-4, 100: 2.1e-4, 300: 2.4e-5 };
  for (const [steps, error] of Object.entries(table))
    expect(Math.abs(worst('gelu', 'midpoint', Number(steps)) / error - 1)).toBeLessThan(0.05);
  expect(Math.abs(worst('gelu', 'gauss-legendre', 5) / 7.4e-3 - 1)).toBeLessThan(0.05);
  expect(Math.abs(worst('gelu', 'gauss-legendre', 10) / 5.9e-6 - 1)).toBeLessThan(0.05);
  expect(worst('gelu', 'gauss-legendre', 20)).toBeLessThan(tolerance.contributionSum);
});

it('the midpoint rule improves as 1 / steps²', () => {
  for (const activation of ['gelu', 'gelu-tanh', 'silu'] as const)
    expect(worst(activation, 'midpoint', 100) / worst(activation, 'midpoint', 200)).toBeCloseTo(4, 1);
  expect(worst('relu', 'midpoint', 1)).toBe(0);
});

it('refuses rules and steps that do not exist', () => {
  expect(() => gateOf('gelu', { rule: 'midpoint', steps: 0 })).toThrow(/0 steps/);
  expect(() => gateOf('gelu', { rule: 'simpson' as never, steps: 4 })).toThrow(/no integration rule "simpson"/);
  expect(() => gateOf('gelu', { rule: 'gauss-legendre', steps: 1.5 })).toThrow(/1.5 steps/);
});

/**
 * ∫₀¹ silu(ax) da = ∫₀ˣ t σ(t) dt / x by another way: for x > 0 ∫₀ˣ t σ(t) dt = x²/2 − π²/12 + Σₖ (−1)ᵏ⁺¹ e⁻ᵏˣ (x/k + 1/k²), whose terms alternate and
 * fall, so that the rest is below the first term left out; and silu(−t) = silu(t) − t.
 */
function siluAverage(x: number): number {
  if (x < 0) return siluAverage(-x) + x / 2;
  let tail = 0;
  for (let k = 1; k <= Math.ceil(40 / x); k++) tail += (k % 2 ? 1 : -1) * Math.exp(-k * x) * (x / k + 1 / k ** 2);
  return ((x * x) / 2 - Math.PI ** 2 / 12 + tail) / x;
}

describe.each([...SMOOTH, 'relu'] as ActivationName[])('the two gates of %s(G) · U', (activation) => {
  const { value } = activationOf(activation);
  const exact = gatesOf(activation);

  it('completeness: the shares of the summands sum to the unit', () => {
    const summand = fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(summand, { minLength: 1, maxLength: 6 }), (summands) => {
        const [G, U] = [0, 1].map((of) => summands.reduce((total, each) => total + each[of]!, 0)) as [number, number];
        const [ofGate, ofUp] = exact(G, U);
        const shares = summands.reduce((total, [g, u]) => total + g * ofGate + u * ofUp, 0);
        expect(Math.abs(shares - value(G) * U)).toBeLessThan(tolerance.contributionSum * Math.max(1, Math.abs(G * U)));
      }),
    );
  });

  it('are the integrals of the definition, of which completeness says nothing', () => {
    const numeric = gatesOf(activation, { rule: 'gauss-legendre', steps: 200 });
    for (const G of [-300, -25, -8, -4, -1, -1e-3, -1e-9, 0, 1e-12, 1e-5, 2e-5, 0.5, 3.999, 4, 7, 25, 300]) {
      const [a, b] = [exact(G, 1.5), numeric(G, 1.5)];
      const scale = Math.max(1, Math.abs(G));
      expect(Math.abs(a[0] - b[0]), `gate, ${G}`).toBeLessThan(tolerance.gatedAverage * scale);
      expect(Math.abs(a[1] - b[1]), `up, ${G}`).toBeLessThan(tolerance.gatedAverage * scale);
    }
  });
});

describe('the average of SiLU', () => {
  it('is within its bound of a series that shares nothing with it', () => {
    for (const x of [0.5, 1, 2, 3.9, 4.1, 8, 15, 25, 60, 1e3, 1e6])
      for (const G of [x, -x]) {
        const [, average] = gatesOf('silu')(G, 1);
        expect(Math.abs(average - siluAverage(G)), `${G}`).toBeLessThan(tolerance.gatedAverage * Math.max(1, x));
      }
  });

  it('has its limits at 0 and far from it', () => {
    // silu(x) = x/2 + x²/4 + O(x⁴)
    expect(gatesOf('silu')(0, 3)).toEqual([3 / 4, 0]);
    const [ofGate, ofUp] = gatesOf('silu')(1e-7, 3);
    expect(ofGate).toBeCloseTo(3 / 4, 6);
    expect(ofUp / 1e-7).toBeCloseTo(1 / 4, 6);
    expect(gatesOf('silu')(1e4, 1)[1]).toBeCloseTo(5e3, 3);
    expect(gatesOf('silu')(-1e4, 1)[1]).toBeCloseTo(0, 3);
  });
});

it('a coarse rule misses completeness of a gated unit', () => {
  const [ofGate, ofUp] = gatesOf('silu', { rule: 'midpoint', steps: 1 })(4, 2);
  const { value } = activationOf('silu');
  expect(Math.abs(4 * ofGate + 2 * ofUp - value(4) * 2)).toBeGreaterThan(0.01);
});
