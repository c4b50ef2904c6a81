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
    const largest = largestWeight(weights, finite.length);
    if (largest === 0) return Number.NaN;
    const unit = 1 / powerOfTwo(largest);
    let mean = quotient(finite, weights, unit, 1);
    if (!Number.isFinite(mean)) mean = quotient(finite, weights, unit, SHRINK);
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

function quotient(values: Float64Array, weights: Numbers, unit: number, scale: number): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * unit * (values[i] * scale);
    total += weights[i] * unit;
  }
  return sum / total / scale;
}
