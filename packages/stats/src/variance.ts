import type { Numbers } from './list';
import { mean } from './mean';
import { sum } from './sum';

/**
 * The unbiased sample variance, Σ(x − x̄)² / (n − 1), in two passes.
 * @throws when there are fewer than two values.
 */
export function variance(values: Numbers): number {
  if (values.length < 2) throw new Error(`A variance needs at least two values; there are ${values.length}.`);
  const centre = mean(values);
  return sum(Float64Array.from(values, (value) => (value - centre) ** 2)) / (values.length - 1);
}

/** The square root of the {@link variance}. */
export function standardDeviation(values: Numbers): number {
  return Math.sqrt(variance(values));
}
