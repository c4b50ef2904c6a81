import { type Numbers, toFinite } from './list';

/**
 * The `p`-quantile by linear interpolation between order statistics (Hyndman & Fan's type 7: what R and NumPy do).
 * @param p Of [0, 1].
 * @throws when there are no values, one is not finite, or p is out of range.
 */
export function quantile(values: Numbers, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new Error(`A quantile is asked for at ${p}; it must lie in [0, 1].`);
  if (values.length === 0) throw new Error('A quantile of no values is undefined; give at least one.');
  const sorted = toFinite(values, 'The sample').sort();
  return interpolate(sorted, (sorted.length - 1) * p);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** The value of a sorted list at a fractional index, which is held to the list's ends. */
export function interpolate(sorted: Float64Array, index: number): number {
  const held = Math.min(Math.max(index, 0), sorted.length - 1);
  const below = Math.floor(held);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (held - below) * (sorted[above] - sorted[below]);
}
