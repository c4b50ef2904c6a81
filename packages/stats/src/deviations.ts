import { maximum, minimum, type Numbers } from './list';
import { mean } from './mean';
import { powerOfTwo } from './power-of-two';

/** Values minus their mean, over a scale that keeps their squares from overflowing or vanishing. */
export interface Deviations {
  /** Below 4 in magnitude. */
  scaled: Float64Array;
  /** A power of two, so that scaling rounds nothing. */
  scale: number;
}

/** @throws when there are no values or one is not finite. */
export function deviations(values: Numbers): Deviations {
  const centre = mean(values);
  let differences = Float64Array.from(values, (value) => value - centre);
  // The difference of two finite doubles can overflow; that of their halves cannot.
  const unit = differences.every(Number.isFinite) ? 1 : 0.5;
  if (unit < 1) differences = Float64Array.from(values, (value) => value * unit - centre * unit);
  const largest = Math.max(-minimum(differences), maximum(differences));
  const scale = largest === 0 ? 1 : powerOfTwo(largest);
  return { scaled: differences.map((difference) => difference / scale / unit), scale };
}
