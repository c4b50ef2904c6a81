import { mean, weightedMean } from '@interlayer/stats';
import { stat } from '../../claim';
import type { LayerMemories, Memories, Target } from './materials/memories';

const ALL = 'all layers';

/** How often values promote the token of their key's best trigger, beside what chance gives. */
export function agreementOf({ layers, own, negative, cells, vocabulary, units }: Memories) {
  const agrees = (target: Target) => layers.map((layer) => layer.agrees[target]);
  const [next, last] = [agrees('next'), agrees('last')];
  const share = (truths: readonly boolean[][]) => weightedMean(truths.flat().map(Number));
  const [meanNext, meanLast] = [share(next), share(last)];
  const chance = layers.map((layer) => shuffledShare(layer.valueTop, bestTokens(layer), vocabulary));
  const shuffled = (weights: Float64Array) => {
    let [sum, total] = [0, 0];
    for (const [layer, share] of chance.entries()) {
      const part = ofLayer(weights, layer, cells);
      const weight = part.reduce((all, value) => all + value, 0);
      sum += weight * share(part);
      total += weight;
    }
    return sum / total;
  };
  const percent = next.map(stat.percentOf);
  const half = (from: number, to: number) => (weights: Float64Array) => {
    let sum = 0;
    for (let layer = from; layer < to; layer++) sum += percent[layer]!(ofLayer(weights, layer, cells));
    return sum / (to - from);
  };
  const middle = Math.floor(layers.length / 2);
  const [upper, lower] = [half(middle, layers.length), half(0, middle)];
  const ones = new Float64Array(cells).fill(1);
  const over = (label: string, of: stat.Weighted) => stat.statistic(units, label, of);
  return {
    next,
    last,
    own,
    negative,
    all: over('next', stat.percentOf(next.flat())),
    allLast: over('last', stat.percentOf(last.flat())),
    overShuffled: over(ALL, (weights) => Math.log(meanNext(weights) / shuffled(weights))),
    overUniform: over(ALL, (weights) => Math.log(meanNext(weights) * vocabulary)),
    overLast: over(ALL, (weights) => 100 * (meanNext(weights) - meanLast(weights))),
    rise: middle > 0 ? [over('upper half minus lower half', (weights) => upper(weights) - lower(weights))] : [],
    /** What the closed form expects of shuffled pairs, percent by layer. */
    expected: chance.map((share) => 100 * share(ones)),
    uniform: 100 / vocabulary,
  };
}

export type Agreement = ReturnType<typeof agreementOf>;

/** Shares of cells by layer, percent, with Wilson's intervals; their values; and their range as text. */
export const rates = (layers: readonly boolean[][]) => layers.map(stat.wilsonShare);
export const values = (layers: readonly boolean[][]) => rates(layers).map(({ value }) => value);
export const byLayer = ({ next }: Agreement, digits: number) => stat.range(values(next), digits);
export const average = (all: readonly number[]) => mean(all).toFixed(2);

/** The weights of one layer's cells among those of all layers, one layer after the other. */
export const ofLayer = (weights: Float64Array, layer: number, cells: number): Float64Array =>
  weights.subarray(layer * cells, (layer + 1) * cells);

/** The token after each cell's best trigger. */
function bestTokens({ tokens, counts }: LayerMemories): Int32Array {
  const top = tokens.next.length / counts.length;
  return tokens.next.filter((_, i) => i % top === 0);
}

/**
 * What share of cells would agree if each key of a layer met a value of its layer at random, with weights: the mean of
 * `shuffledAgreement` of the package for every resample. Σ over tokens of the share of values that promote it · the share of
 * keys that it follows.
 */
export function shuffledShare(
  valueTop: Int32Array,
  tokens: ArrayLike<number>,
  vocabulary: number,
): (weights: Float64Array) => number {
  const promoted = new Float64Array(vocabulary);
  return (weights) => {
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
