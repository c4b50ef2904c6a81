import { type Numbers, toFinite } from './list';
import { totalWeight, type WeightedStatistic } from './weights';

/**
 * The median of numbers that are multiples of `width` (such as counts, or shares of a fixed number of cells): each stands for the
 * interval that rounds to it, and the median is interpolated within its interval. Unlike the plain median of many equal values,
 * it varies with their weights. For an odd number of values with unit weights it is Python's `statistics.median_grouped`; if
 * half the weight lies exactly below a gap, it is the lower end of the gap.
 * @throws when a value is not finite or the width is not a positive finite number. The statistic throws when there is not one
 * finite weight ≥ 0 for each value.
 */
export function weightedGroupedMedian(values: Numbers, width: number): WeightedStatistic {
  if (!(width > 0 && width < Number.POSITIVE_INFINITY))
    throw new Error(`The width of the intervals is ${width}; give a positive finite number.`);
  const steps = toFinite(values, 'The list of values').map((value) => Math.round(value / width));
  const order = Uint32Array.from(steps.keys()).sort((i, j) => steps[i] - steps[j] || i - j);
  // Where in that order the values of each step end.
  const ends = Array.from(order.keys(), (rank) => rank + 1).filter(
    (end) => end === order.length || steps[order[end]] !== steps[order[end - 1]],
  );
  return (weights) => {
    const half = totalWeight(weights, steps.length) / 2;
    let below = 0;
    let rank = 0;
    for (const end of ends) {
      let within = 0;
      for (; rank < end; rank++) within += weights[order[rank]];
      if (within > 0 && below + within >= half) return (steps[order[end - 1]] - 0.5 + (half - below) / within) * width;
      below += within;
    }
    return Number.NaN;
  };
}
