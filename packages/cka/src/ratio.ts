import type { Estimate } from './estimator';

/** CKA, or why there is none. */
export interface Ratio {
  /** In [−1, 1] up to rounding, and never negative for the biased estimator; null where it is undefined. */
  value: number | null;
  /** Why it is undefined, and on which side; otherwise absent. */
  degenerate?: string;
}

/** An HSIC below this share of its diagonal is what rounding leaves of 0, in float64 and in float32. */
const ROUNDING = { double: 1e-12, single: 1e-6 };

/** Why HSIC of a representation with itself is 0, which leaves CKA undefined; undefined where it is not. */
export function whyDegenerate(name: string, self: Estimate, precision: keyof typeof ROUNDING): string | undefined {
  if (self.value > ROUNDING[precision] * self.diagonal) return undefined;
  return self.diagonal === 0
    ? `${name} is constant: all its rows are equal`
    : `no two rows of ${name} are more similar than any other two, up to rounding`;
}

/** HSIC(X, Y) / √(HSIC(X, X) · HSIC(Y, Y)). */
export const quotient = (xy: number, xx: number, yy: number): number => xy / Math.sqrt(xx * yy);

/** The same where it is defined. */
export function ratio(
  { xy, xx, yy }: { xy: Estimate; xx: Estimate; yy: Estimate },
  precision: keyof typeof ROUNDING,
): Ratio {
  const reasons = [whyDegenerate('X', xx, precision), whyDegenerate('Y', yy, precision)].filter(Boolean);
  if (reasons.length > 0) return { value: null, degenerate: reasons.join('; ') };
  return { value: quotient(xy.value, xx.value, yy.value) };
}
