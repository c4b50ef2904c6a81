import { deviations } from './deviations';
import type { Numbers } from './list';
import { sum } from './sum';

/** The variance over scale². */
function scaledVariance(values: Numbers): { variance: number; scale: number } {
  if (values.length < 2) throw new Error(`A variance needs at least two values; there are ${values.length}.`);
  const { scaled, scale } = deviations(values);
  return { variance: sum(scaled.map((value) => value ** 2)) / (values.length - 1), scale };
}

/**
 * The unbiased sample variance, Σ(x − x̄)² / (n − 1), in two passes; 0 for equal values.
 * @throws when there are fewer than two values or one is not finite.
 */
export function variance(values: Numbers): number {
  const { variance, scale } = scaledVariance(values);
  return variance * scale * scale;
}

/** The square root of the {@link variance}, also where the variance itself is beyond the range of doubles. */
export function standardDeviation(values: Numbers): number {
  const { variance, scale } = scaledVariance(values);
  return Math.sqrt(variance) * scale;
}
