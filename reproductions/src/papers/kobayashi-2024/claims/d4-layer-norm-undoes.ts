import { above, claim, draw, effect, exactly } from '../../../claim';
import { untrained } from '../../../conditions';
import * as of from '../changes';
import { PAPER } from '../kobayashi';
import { maps } from '../materials/maps';
import {
  CHANCE,
  hasSmallGain,
  LOWEST,
  lowMedians,
  outliers,
  outlierTable,
  share,
  shuffledGains,
  smallestLines,
  smallGains,
} from '../outliers';

export default claim('kobayashi-2024/d4-layer-norm-undoes', {
  title: 'LayerNorm’s gain is small where the feed-forward block writes most',
  locator: `${PAPER}, abstract and the figure of γ, whose values could not be read`,
  says: 'Feed-forward blocks write strongly into a few outlier dimensions, and the gain γ of the LayerNorm that follows is small exactly there, so that it undoes the block’s effect.',
  estimand: `Share of layers in which γ is among the lowest ${LOWEST} % at one of the three dimensions of largest mean |output|, percent (γ of the LayerNorm beside the block; before it in pre-LN models); and 1 − Spearman’s ρ to the map before the block, of the block alone and of the whole layer`,
  material: maps,
  restsOn: ['Q1', 'Q7', 'Q14'],
  contrary: [
    'Leaving out the dimensions of smallest γ hardly lowers the block’s change of the map (.075 to .065 in one layer, nothing elsewhere; the specification’s calibration).',
    'Over all dimensions γ and magnitude are not always opposed: Spearman’s ρ from −.40 to .24 in calibration; see the table.',
  ],
  measure: (material) => ({ material, outliers: outliers(material) }),
  criteria: ({ material, outliers }) => ({
    'half-of-layers': [
      'In at least half of the layers of each model one of the three has one of the smallest γ (1: true)',
      exactly(smallGains(outliers), 1),
    ],
    'beyond-chance': [
      'The share of such layers is above chance (percent, Wilson’s interval over the layers of all models)',
      above(
        CHANCE,
        [{ label: 'layers', truths: outliers.flatMap(({ layers }) => layers.map(hasSmallGain)) }],
        effect(2, 'points'),
      ),
    ],
    'lowest-quarter': [
      'In most layers the median γ at the largest 1 % of dimensions is in the lowest quarter (1: true)',
      { ...exactly(lowMedians(outliers), 1), options: { notAssertedAtMini: '1 % of 128 dimensions is a single one' } },
    ],
    ...(material.masked && {
      'layer-changes-less': [
        'In at least four of five layers the whole layer changes the map less than the block alone (difference of 1 − ρ)',
        above(0, of.reachedBy(of.undone(material, 'layer'), of.fourFifths), effect(0.001, 'of 1 − ρ'), {
          notAskedOf: [untrained.id],
        }),
      ],
    }),
  }),
  headline: ({ outliers: [base] }) => [
    'layers with a small γ at an outlier dimension',
    `of ${base!.layers.length}`,
    base!.layers.filter(hasSmallGain).length,
  ],
  detail: ({ outliers: [base] }) => share(base!),
  sentence: ({ ours, untrained }) =>
    `In ${ours.outliers.map((each) => `${share(each)} (${each.model})`).join(' and ')} one of the three dimensions written to most has one of the smallest γ; untrained in ${share(untrained.outliers[0]!)}, where γ is constant.`,
  controls: [untrained.mustNotReproduce('γ is constant: nowhere is it smaller'), shuffledGains],
  figure: ({ ours: { material, outliers: judged } }) =>
    draw.depth(
      'γ at the dimensions that the block writes to most',
      'smallest percentile of three',
      { range: [0, 100], note: `Below ${LOWEST}: among the smallest γ.` },
      smallestLines(judged, outliers({ ...material, models: material.snapshots })),
    ),
  table: ({ ours: { outliers, material } }) =>
    outlierTable(outliers, material.masked ? of.cancellation(material, 'layer') : undefined),
});
