import { weightedQuantile } from '@interlayer/stats';
import { stat } from '../../claim';
import { ofLayer } from './agreement';
import type { LayerMemories, Memories, Target } from './materials/memories';

export const values = (boxes: readonly { value: number }[]): number[] => boxes.map(({ value }) => value);

/** Ranks of tokens in values, as percent of the vocabulary: the best is 0 %, the worst 100 %. Dead cells have none. */
export function ranksOf({ layers, own, negative, units, layerUnits, cells, vocabulary }: Memories) {
  const ranked = ({ ranks }: LayerMemories, target: Target) => {
    const places = Array.from(ranks[target].keys()).filter((cell) => ranks[target][cell]! >= 0);
    return { places, percent: places.map((cell) => (100 * ranks[target][cell]!) / (vocabulary - 1)) };
  };
  const boxes = (list: readonly LayerMemories[], target: Target) =>
    list.map((layer) => stat.quartilesOf(ranked(layer, target).percent));
  const medians = (target: Target) =>
    layers.map((layer) => {
      const { places, percent } = ranked(layer, target);
      return stat.among(places, weightedQuantile(percent, 0.5));
    });
  const next = medians('next');
  const inLayer = next.map((of, layer) => (weights: Float64Array) => of(ofLayer(weights, layer, cells)));
  const [first, top] = [inLayer[0]!, inLayer.at(-1)!];
  return {
    next: stat.byLayer(layerUnits, next),
    last: stat.byLayer(layerUnits, medians('last')),
    boxes: { next: boxes(layers, 'next'), last: boxes(layers, 'last') },
    own: own && { readout: own.readout, next: boxes(own.layers, 'next'), last: boxes(own.layers, 'last') },
    negative: negative && { next: boxes(negative, 'next'), last: boxes(negative, 'last') },
    mean: stat.statistic(units, 'mean of medians', stat.averageOf(inLayer)),
    falls: stat.statistic(units, '0.65 × layer 1 minus top layer', (weights) => 0.65 * first(weights) - top(weights)),
  };
}
