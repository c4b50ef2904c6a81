import { type Numbers, toFinite } from './list';
import { powerOfTwo } from './power-of-two';
import { SHRINK } from './sum';
import { largestWeight, type WeightedStatistic } from './weights';

/**
 * Σ wᵢxᵢ / Σ wᵢ. It never lies outside the values with a positive weight, so the mean of equal values is that value.
 * @throws when a value is not finite. The statistic throws when there is not one finite weight ≥ 0 for each value.
 */
export function weightedMean(values: Numbers): WeightedStatistic {
  const finite = toFinite(values, 'The list of values');
  return (weights) => {
    const mean = plainQuotient(finite, weights) ?? scaledQuotient(finite, weights);
    if (Number.isNaN(mean)) return mean;
    // A quotient of rounded numbers can lie an ulp beyond the values, but not where some lie on either side: a few tell.
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < finite.length; i++) {
      if (weights[i] === 0) continue;
      if (finite[i] < least) least = finite[i];
      if (finite[i] > most) most = finite[i];
      if (least < mean && mean < most) return mean;
    }
    return Math.min(most, Math.max(least, mean));
  };
}

/** Sums from here to the inverse of it are out of reach of over- and underflow, so that no scaling by a power of two changes them. */
const TINY = 2 ** -500;

/** In one pass; undefined where a weight is not valid, or a sum is so large or small that its terms may have lost bits. */
function plainQuotient(values: Float64Array, weights: Numbers): number | undefined {
  if (weights.length !== values.length) return undefined;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i];
    if (!(weight >= 0)) return undefined;
    sum += weight * values[i];
    total += weight;
  }
  const size = Math.abs(sum);
  return size > TINY && size < 1 / TINY && total > TINY && total < 1 / TINY ? sum / total : undefined;
}

/** The same with weights, and where needed values, scaled by a power of two; NaN where all weights are 0. */
function scaledQuotient(values: Float64Array, weights: Numbers): number {
  const largest = largestWeight(weights, values.length);
  if (largest === 0) return Number.NaN;
  const unit = 1 / powerOfTwo(largest);
  const mean = quotient(values, weights, unit, 1);
  return Number.isFinite(mean) ? mean : quotient(values, weights, unit, SHRINK);
}

function quotient(values: Float64Array, weights: Numbers, unit: number, scale: number): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * unit * (values[i] * scale);
    total += weights[i] * unit;
  }
  return sum / total / scale;
}
