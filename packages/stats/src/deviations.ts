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
  const scaled = new Float64Array(values);
  // The difference of two finite doubles can overflow; that of their halves cannot.
  const unit = Number.isFinite(maximum(values) - centre) && Number.isFinite(minimum(values) - centre) ? 1 : 0.5;
  for (let i = 0; i < scaled.length; i++) scaled[i] = scaled[i] * unit - centre * unit;
  const largest = Math.max(-minimum(scaled), maximum(scaled));
  const scale = largest === 0 ? 1 : powerOfTwo(largest);
  for (let i = 0; i < scaled.length; i++) scaled[i] = scaled[i] / scale / unit;
  return { scaled, scale };
}
