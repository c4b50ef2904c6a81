import { outlierGains } from '@interlayer/attention-maps';
import { matrix } from '@interlayer/linalg';
import { mean } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { type CheckControl, draw, stat } from '../../claim';
import { half, mostOf, type Profile } from './changes';
import type { LayerNumbers, Maps, ModelMaps } from './materials/maps';

/** Where γ ranks at the dimensions to which a layer's feed-forward block writes most. */
export interface LayerOutliers {
  /** Percentiles of |γ| at the three largest dimensions, 0 for the smallest γ of all. */
  top: number[];
  /** The median percentile at the largest 1 % of dimensions; null where γ is constant. */
  median: number | null;
  /** Spearman's ρ of |γ| and mean magnitude over all dimensions; null where γ is constant. */
  correlation: number | null;
}

const TOP = 3;
/** A γ among the lowest 5 % of the dimensions. */
export const LOWEST = 5;
/** The chance that one of three random dimensions is among the lowest 5 %. */
export const CHANCE = 100 * (1 - 0.95 ** TOP);

const outliersOf = (sequences: readonly LayerNumbers[], gain: ArrayLike<number>): LayerOutliers => {
  const outputs = matrix(
    sequences.flatMap(({ magnitudes }) => [...magnitudes]),
    gain.length,
  );
  const { dimensions } = outlierGains(outputs, gain, { share: TOP / gain.length });
  const { medianPercentile, correlation } = outlierGains(outputs, gain);
  return { top: dimensions.map(({ percentile }) => percentile), median: medianPercentile, correlation };
};

export type Outliers = { model: string; layers: LayerOutliers[] };

export const outliers = ({ models }: Maps): Outliers[] =>
  models.map(({ name, layers, gains }: ModelMaps) => ({
    model: name,
    layers: layers.map((sequences, layer) => outliersOf(sequences, gains[layer]!)),
  }));

/** Whether one of the top dimensions has one of the smallest γ. Of a constant γ none is small. */
export const hasSmallGain = ({ top, median }: LayerOutliers): boolean => median !== null && Math.min(...top) < LOWEST;

/** Whether the median γ of the largest 1 % of dimensions is in the lowest quarter. */
const hasLowMedian = ({ median }: LayerOutliers): boolean => median !== null && median < 25;

/** 1 for each model in which so many layers are as wanted, and 0 for others. */
const counted = (models: readonly Outliers[], is: (layer: LayerOutliers) => boolean, needed: (all: number) => number) =>
  models.map(({ model, layers }) => ({
    label: model,
    count: Number(layers.filter(is).length >= needed(layers.length)),
  }));
export const smallGains = (models: readonly Outliers[]) => counted(models, hasSmallGain, half);
export const lowMedians = (models: readonly Outliers[]) => counted(models, hasLowMedian, mostOf);

/** Lines of a figure: the lowest percentile of γ at the top dimensions, of the models and of earlier steps of their training. */
export const smallestLines = (models: readonly Outliers[], snapshots: readonly Outliers[]) =>
  [...models, ...snapshots].map(({ model, layers }, i) => {
    const lowest = layers.map(({ top }) => Math.min(...top));
    return draw.line(model, i ? 'ceiling' : 'ours', lowest, i < models.length ? 0 : 2);
  });

/** "5 of 6 layers". */
export const share = ({ layers }: Outliers): string =>
  `${layers.filter(hasSmallGain).length} of ${layers.length} layers`;

export const outlierTable = (models: readonly Outliers[], kappa: Profile | undefined) => ({
  title: 'γ at outlier dimensions, and what the whole layer undoes of the block’s change',
  columns: [
    'model',
    'layer',
    'percentiles of the top three',
    'median of the top 1 %',
    'ρ(γ, magnitude)',
    'κ of the layer',
  ],
  rows: models.flatMap(({ model, layers }, i) =>
    layers.map(({ top, median, correlation }, layer) => [
      model,
      layer + 1,
      top.map((each) => each.toFixed(0)).join(', '),
      median,
      correlation,
      kappa ? stat.plainly(kappa[i]!.layers[layer]!) : null,
    ]),
  ),
});

/** The same of γ in random order: what chance gives. */
export const shuffledGains: CheckControl<Maps, unknown> = {
  record: {
    name: 'γ in random order',
    kind: 'negative',
    description: 'The same count of layers with γ in 200 random orders',
    expected: `about ${CHANCE.toFixed(0)} % of the layers, the chance of three dimensions, and at most 30 %`,
  },
  check([material], _, { seed }) {
    const shares = Array.from({ length: 200 }, (_, i) =>
      mean(
        material!.models.flatMap(({ layers, gains }) =>
          layers.map((sequences, layer) => {
            const gain = shuffle(Array.from(gains[layer]!), seedFrom(seed, 'gains', layer, i));
            return Number(hasSmallGain(outliersOf(sequences, gain)));
          }),
        ),
      ),
    );
    const share = 100 * mean(shares);
    return { passed: share <= 30, detail: `${stat.fixed(share, 1)} % of the layers` };
  },
};
