import type { Statistic } from '../harness/cluster-interval';
import { clusterIntervals } from '../harness/cluster-interval';
import type { Part } from '../harness/verdict';

/** Intervals over keys: each is a unit of its own. */
export const keyIntervals = (
  keys: number,
  statistics: readonly Statistic[],
  options: { level: number; seed: number },
): Required<Part>[] =>
  clusterIntervals(
    Array.from({ length: keys }, (_, key) => key),
    statistics,
    options,
  );

/** The weights of one layer's cells among those of all layers, which stand one after another. */
export const layerWeights = (weights: Float64Array, layer: number, cells: number): Float64Array =>
  weights.subarray(layer * cells, (layer + 1) * cells);

/**
 * What share of cells would agree if each key of a layer met a value of its layer at random, with weights: the mean of
 * `shuffledAgreement` of the package for every resample. Σ over tokens of the share of values that promote it · the share of
 * keys that it follows.
 */
export function shuffledShare(valueTop: Int32Array, tokens: ArrayLike<number>, vocabulary: number) {
  const promoted = new Float64Array(vocabulary);
  return (weights: Float64Array): number => {
    promoted.fill(0);
    let total = 0;
    for (let cell = 0; cell < valueTop.length; cell++) {
      promoted[valueTop[cell]!]! += weights[cell]!;
      total += weights[cell]!;
    }
    let pairs = 0;
    for (let cell = 0; cell < valueTop.length; cell++)
      if (tokens[cell]! >= 0) pairs += weights[cell]! * promoted[tokens[cell]!]!;
    return pairs / total ** 2;
  };
}
