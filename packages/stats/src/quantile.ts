import { type Numbers, toFinite } from './list';

/**
 * The `p`-quantile by linear interpolation between order statistics (Hyndman & Fan's type 7, the default of R and NumPy).
 * @param p In [0, 1].
 * @throws when there are no values, one is not finite, or p is out of range.
 */
export function quantile(values: Numbers, p: number): number {
  requireQuantile(p);
  if (values.length === 0) throw new Error('A quantile of no values is undefined; give at least one.');
  const sorted = toFinite(values, 'The sample').sort();
  return interpolate(sorted, (sorted.length - 1) * p);
}

/** @throws when p is not in [0, 1]. */
export function requireQuantile(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new Error(`The quantile is ${p}; it must lie in [0, 1].`);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** The value of a sorted list at a fractional index, which is clamped to the list's ends. */
export function interpolate(sorted: Float64Array, index: number): number {
  const clamped = Math.min(Math.max(index, 0), sorted.length - 1);
  const below = Math.floor(clamped);
  const [lower, upper] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  const share = clamped - below;
  const step = upper - lower;
  // The difference of two finite doubles can overflow, and a rounded sum can lie an ulp beyond the upper one.
  return Number.isFinite(step) ? Math.min(upper, lower + share * step) : lower * (1 - share) + upper * share;
}
