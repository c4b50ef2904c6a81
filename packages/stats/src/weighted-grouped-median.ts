import { type Numbers, toFinite } from './list';
import { largestWeight, type WeightedStatistic } from './weights';

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
  return (weights) => {
    largestWeight(weights, steps.length);
    let total = 0;
    for (let i = 0; i < steps.length; i++) total += weights[i];
    let below = 0;
    for (let from = 0, to = 0; from < order.length; from = to) {
      const step = steps[order[from]];
      let within = 0;
      for (; to < order.length && steps[order[to]] === step; to++) within += weights[order[to]];
      if (within > 0 && below + within >= total / 2) return (step - 0.5 + (total / 2 - below) / within) * width;
      below += within;
    }
    return Number.NaN;
  };
}
