import { type Numbers, toFinite } from './list';

/**
 * The rank of each value, from 1; equal values share the mean of their ranks.
 * @throws when a value is not finite.
 */
export function ranks(values: Numbers): Float64Array {
  const finite = toFinite(values, 'The list to rank');
  // A typed array sorts numbers several times faster than indices by a comparison.
  const sorted = finite.slice().sort();
  const sharedRanks = sharedRanksOf(sorted);
  return finite.map((value) => sharedRanks[countBelow(sorted, value)]);
}

/** The rank of each value of an ascending list. */
function sharedRanksOf(sorted: Float64Array): Float64Array {
  const shared = new Float64Array(sorted.length);
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    shared.fill((from + 1 + to) / 2, from, to);
  }
  return shared;
}

/** How many values of an ascending list are below a value. */
function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
