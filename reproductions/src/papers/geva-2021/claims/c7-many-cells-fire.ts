import { weightedGroupedMedian } from '@interlayer/stats';
import { above, between, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { readings } from '../materials/readings';

const range = (boxes: readonly { value: number }[]) => stat.range(boxes.map(({ value }) => value));
const QUARTILES = { ...geva.QUARTILES, range: [0, 70] as [number, number] };

export default claim('geva-2021/c7-many-cells-fire', {
  title: 'Many memory cells fire at once',
  locator: `${geva.PAPER}, section 5.1, figure 7`,
  says: 'A typical prefix activates hundreds of cells in every layer, 10 to 50 % of them.',
  estimand:
    'Median over prefixes of the share of cells with a positive coefficient (interpolated within a cell), layer by layer, percent',
  material: readings,
  measure({ layers, units, cells }) {
    const active = layers.map((layer) => Array.from(layer.active, (share) => 100 * share));
    const medians = active.map((values) => weightedGroupedMedian(values, 100 / cells));
    return {
      boxes: active.map((values, i) => stat.quartilesOf(values, medians[i])),
      median: stat.byLayer(units, medians),
      mean: stat.statistic(units, 'mean', stat.averageOf(medians)),
    };
  },
  criteria: ({ median }, all) => ({
    'first-highest': [
      'Layer 1 has the highest median (layer 1 minus each other layer, points)',
      above(0, stat.excessOver(median[0]!, median.slice(1)), effect(2, 'points', 'about ten cells of 512')),
    ],
    'others-sparse': [
      'In every other layer 5 to 30 % of the cells are active',
      between([5, 30], median.slice(1), effect(2, 'points')),
    ],
    'below-untrained': [
      'Fewer cells are active than without training (untrained minus trained, points)',
      above(0, stat.excess(all.untrained.median, median), effect(5, 'points'), { notAskedOf: [untrained.id] }),
    ],
  }),
  headline: ({ mean, median }) => [`median share of active cells, mean of ${median.length} layers`, '%', mean],
  detail: ({ boxes }) => `${range(boxes)} % active`,
  sentence: ({ ours: { median }, untrained }) =>
    `The median prefix activates ${stat.list(median.slice(0, 1))} % of the cells in layer 1 and ${stat.rangeOf(median.slice(1))} % in the others; in the untrained model ${range(untrained.boxes)} %.`,
  controls: [
    untrained.mustNotReproduce('about half of the cells fire in every layer, so the criteria do not hold'),
    permutedWeights.mustNotReproduce('coefficients of random keys are positive about half of the time in every layer'),
    shuffledPairs.shownOnly(
      geva.KEYS_ALONE,
      'layer 1 as in the trained model; the others see inputs that training never made',
    ),
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.against(names, 'Share of active cells', '% of cells, median over prefixes', QUARTILES, {
      paper: draw.boxesOf(geva.figures.active),
      ours: draw.boxes(ours.boxes, estimate(ours.median)),
      untrained: untrained.boxes,
    }),
});
