import type { Numbers } from './list';

/**
 * A statistic of fixed values as a function of their weights: how often each was drawn, or 1 each for the original data.
 * NaN if all weights are 0.
 */
export type WeightedStatistic = (weights: Numbers) => number;

/**
 * The largest of the weights.
 * @throws when there is not one finite weight of at least 0 for each value.
 */
export function largestWeight(weights: Numbers, count: number): number {
  if (weights.length !== count)
    throw new Error(`There are ${weights.length} weights for ${count} values; give one each.`);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    if (!(weights[i] >= 0 && weights[i] < Number.POSITIVE_INFINITY))
      throw new Error(`The weight at index ${i} is ${weights[i]}; give a finite number of at least 0.`);
    if (weights[i] > largest) largest = weights[i];
  }
  return largest;
}

/**
 * The sum of the weights.
 * @throws as {@link largestWeight}.
 */
export function totalWeight(weights: Numbers, count: number): number {
  let total = 0;
  let valid = weights.length === count;
  for (let i = 0; i < count; i++) {
    const weight = weights[i];
    if (!(weight >= 0)) valid = false;
    total += weight;
  }
  // What is wrong is looked for only where something is.
  if (!(valid && total < Number.POSITIVE_INFINITY)) largestWeight(weights, count);
  return total;
}
