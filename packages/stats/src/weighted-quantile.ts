import { type Numbers, toFinite } from './list';
import { requireQuantile } from './quantile';
import { totalWeight, type WeightedStatistic } from './weights';

/**
 * The value at which the cumulative weight, in the order of the values, passes `p` times the total; the mean of two neighbours
 * if it equals that exactly between them. With integer weights this is the quantile of Hyndman & Fan's type 2 of the values
 * repeated as often as they weigh, so p = 0.5 gives their usual median. Sorts once, for any number of weightings.
 * @param p In [0, 1].
 * @throws when a value is not finite or p is out of range. The statistic throws when there is not one finite weight ≥ 0 for
 * each value.
 */
export function weightedQuantile(values: Numbers, p: number): WeightedStatistic {
  requireQuantile(p);
  const finite = toFinite(values, 'The list of values');
  const order = Uint32Array.from(finite.keys()).sort((i, j) => finite[i] - finite[j] || i - j);
  return (weights) => {
    const target = p * totalWeight(weights, finite.length);
    let reached = 0;
    let last = Number.NaN;
    for (let rank = 0; rank < order.length; rank++) {
      const i = order[rank];
      const weight = weights[i];
      if (weight === 0) continue;
      if (reached > 0 && reached === target) return last / 2 + finite[i] / 2;
      reached += weight;
      last = finite[i];
      if (reached > target) return last;
    }
    // At p = 1, or if rounding keeps the weights from adding up to the target.
    return last;
  };
}
