import { describe, expect, it } from 'vitest';
import { activations } from '../src/index';

/** 2/√π ∫₀ˣ exp(−t²) dt by Simpson's rule on a fine grid: independent of any series. */
function integral(x: number, steps = 4000): number {
  const h = x / steps;
  let sum = 1 + Math.exp(-x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * Math.exp(-((i * h) ** 2));
  return ((2 / Math.sqrt(Math.PI)) * sum * h) / 3;
}

describe('activations', () => {
  it('are what their formulas say', () => {
    for (const x of [-6, -3.4, -2, -1.9999, -0.75, -0.1, 0, 1e-8, 0.3, 1, 2.0001, 4]) {
      expect(activations.relu(x)).toBe(Math.max(0, x));
      expect(activations.gelu(x)).toBeCloseTo((x * (1 + integral(x / Math.SQRT2))) / 2, 13);
      expect(activations.silu(x)).toBeCloseTo((x * (1 + Math.tanh(x / 2))) / 2, 13);
      // tanh form of GELU, by the identity 1 + tanh(z) = 2σ(2z)
      const z = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      expect(activations['gelu-tanh'](x)).toBeCloseTo(x / (1 + Math.exp(-2 * z)), 13);
    }
  });

  it('have the documented most negative coefficients', () => {
    const grid = Array.from({ length: 4001 }, (_, i) => -4 + i / 500);
    expect(Math.min(...grid.map(activations.gelu))).toBeCloseTo(-0.17, 2);
    expect(Math.min(...grid.map(activations.silu))).toBeCloseTo(-0.28, 2);
  });
});
