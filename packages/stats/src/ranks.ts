import { type Numbers, toFinite } from './list';

/**
 * The rank of each value, from 1; equal values share the mean of their ranks.
 * @throws when a value is not finite.
 */
export function ranks(values: Numbers): Float64Array {
  const finite = toFinite(values, 'The list to rank');
  // A typed array sorts numbers several times faster than indices by a comparison.
  const sorted = Float64Array.from(finite).sort();
  return Float64Array.from(finite, (value) => {
    const before = countBelow(sorted, (other) => other < value);
    const equal = countBelow(sorted, (other) => other <= value) - before;
    return before + (equal + 1) / 2;
  });
}

/** How many values at the front of a list meet a condition that none behind them meets. */
function countBelow(sorted: Float64Array, meets: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (meets(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
