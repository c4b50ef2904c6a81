import { type Numbers, toFinite } from './list';

/**
 * The rank of each value, from 1; equal values share the mean of their ranks.
 * @throws when a value is not finite.
 */
export function ranks(values: Numbers): Float64Array {
  const finite = toFinite(values, 'The list to rank');
  // A typed array sorts numbers several times faster than indices by a comparison.
  const sorted = Float64Array.from(finite).sort();
  return finite.map((value) => {
    const before = countBelow(sorted, value, false);
    return (before + 1 + countBelow(sorted, value, true)) / 2;
  });
}

/** How many values of an ascending list are below a value, or also equal to it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
