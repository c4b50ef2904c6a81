import { type Numbers, requireFinite } from './list';

/** Small enough that no sum of 2³² doubles times it, each weighted by at most 2, overflows. */
export const SHRINK = 2 ** -34;

/**
 * The sum with Neumaier's compensation: its error does not grow with the number of terms. ±∞ if the sum itself is beyond the
 * range of doubles.
 * @throws when a value is not finite.
 */
export function sum(values: Numbers): number {
  return sumOver(values, 1);
}

/** Σ values / divisor (≥ 1), which is finite if the quotient is, even if the sum overflows. */
export function sumOver(values: Numbers, divisor: number): number {
  const total = compensated(values, 1);
  if (Number.isFinite(total)) return total / divisor;
  requireFinite(values, 'The sample');
  return compensated(values, SHRINK) / divisor / SHRINK;
}

function compensated(values: Numbers, scale: number): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] * scale;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
