import { maximum, minimum, type Numbers } from './list';
import { sumOver } from './sum';

/**
 * The arithmetic mean, by a compensated sum. It never lies outside the values, so the mean of equal values is that value.
 * @throws when there are no values or one is not finite.
 */
export function mean(values: Numbers): number {
  if (values.length === 0) throw new Error('The mean of no values is undefined; give at least one.');
  // A quotient of rounded numbers can lie an ulp beyond the values.
  return Math.min(maximum(values), Math.max(minimum(values), sumOver(values, values.length)));
}
