import type { Numbers } from './list';
import { sum } from './sum';

/**
 * The arithmetic mean, by a compensated sum.
 * @throws when there are no values.
 */
export function mean(values: Numbers): number {
  if (values.length === 0) throw new Error('The mean of no values is undefined; give at least one.');
  return sum(values) / values.length;
}
