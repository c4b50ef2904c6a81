import { weightedQuantile } from '@interlayer/stats';
import { above, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { predictions } from '../materials/readings';

const highest = (boxes: readonly { value: number }[]) => Math.max(...boxes.map(({ value }) => value)).toFixed(4);

export default claim('geva-2021/c11-confidence-grows', {
  title: 'The residual’s confidence in the final token grows with depth',
  locator: `${geva.PAPER}, section 5.2, figure 10`,
  says: 'The probability that the residual stream gives to the model’s final token grows from layer to layer.',
  estimand: 'Median over prefixes of softmax(r · Eᵀ)[top(o of the last layer)], layer by layer',
  material: predictions,
  measure({ layers, units, vocabulary }) {
    const confidences = layers.map(({ confidence }) => confidence);
    const medians = confidences.map((values) => weightedQuantile(values, 0.5));
    const boxes = confidences.map((values, i) => stat.quartilesOf(values, medians[i]));
    return { boxes, median: stat.byLayer(units, medians), uniform: 1 / vocabulary };
  },
  criteria: ({ median }) => ({
    increasing: [
      'The median grows from each layer to the next (log of the ratio)',
      above(
        0,
        stat.steps(median, (after, before) => Math.log(after / before)),
        effect(
          Math.log(1.15) * geva.perStep(median.length),
          'natural log of the ratio of medians',
          'growth by less than 15 % a layer of six only doubles the confidence over the whole model, where the paper’s grows by hundreds',
        ),
      ),
    ],
  }),
  headline: ({ median }) => [`median confidence at layer ${median.length}`, '', median.at(-1)!],
  detail: ({ boxes }) => `median at most ${highest(boxes)}`,
  sentence: ({ ours, untrained }) =>
    `The median probability of the final token is ${stat.list(ours.median, 3)}, from layer 1 to ${ours.median.length}; in the untrained model at most ${highest(untrained.boxes)} (a uniform guess is ${ours.uniform.toFixed(4)}).`,
  controls: [
    untrained.mustNotReproduce('at most 0.002 in a pilot, without steady growth'),
    permutedWeights.mustNotReproduce('no steady growth'),
    shuffledPairs.shownOnly(geva.STREAM, 'growing all the same'),
    geva.bookkeeping,
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.against(names, 'Probability of the final token by the residual', 'median over prefixes', geva.QUARTILES, {
      paper: draw.boxesOf(geva.figures.confidence),
      ours: draw.boxes(ours.boxes, estimate(ours.median)),
      untrained: untrained.boxes,
    }),
});
