import { above, atLeast, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { predictions } from '../materials/readings';

const percents = (hits: readonly boolean[][]) => hits.map((hit) => stat.wilsonShare(hit).value);
const NOTE = `Whiskers: 95 % intervals. A stream that small initial weights hardly change points at one token throughout: the untrained model can score high, but it does not climb. ${geva.PAPER_NOTE}`;
const WHY =
  'under a fifth of the paper’s average climb, stretched to six layers; a deeper model climbs in smaller steps';

export default claim('geva-2021/c10-residual-holds-answer', {
  title: 'The residual already holds the answer, ever more often with depth',
  locator: `${geva.PAPER}, section 5.2, figure 9`,
  says: 'The share of prefixes for which the residual stream before a feed-forward block already points at the model’s final token grows with every layer.',
  estimand: 'Share of prefixes with top(r) = top(o of the last layer), layer by layer, percent',
  material: predictions,
  measure({ layers, bare, units }) {
    const hits = layers.map(({ hit }) => hit);
    return { hits, bare: bare?.layers.map(({ hit }) => hit), share: stat.byLayer(units, hits.map(stat.percentOf)) };
  },
  criteria: ({ share }) => ({
    increasing: [
      'The share grows from each layer to the next (points)',
      above(0, stat.steps(share), effect(3 * geva.perStep(share.length), 'points', WHY)),
    ],
    'top-layer': ['At the top layer it is at least 70 %', atLeast(70, share.slice(-1), effect(3, 'points'))],
  }),
  headline: ({ share }) => [`residual hits at layer ${share.length}`, '%', share.at(-1)!],
  detail: ({ hits }) => `hits in ${stat.range(percents(hits))} %`,
  sentence: ({ ours, untrained }) =>
    `The residual points at the final token in ${stat.list(ours.share)} % of the prefixes, from layer 1 to ${ours.share.length}; in the untrained model in ${stat.range(percents(untrained.hits))} %.`,
  controls: [
    untrained.mustNotReproduce('0 to 40 % in a pilot, so the criteria do not hold'),
    permutedWeights.mustNotReproduce(
      'streams of any size, but no prediction to hold: the share does not climb in every layer',
    ),
    shuffledPairs.shownOnly(geva.STREAM, 'increasing all the same'),
    geva.bookkeeping,
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.depth('Residual already points at the final token', '% of prefixes', { range: [0, 100], note: NOTE }, [
      draw.line(geva.LEGEND, 'paper', geva.figures.residualHit),
      draw.line(names.ours, 'ours', draw.shares(estimate(ours.share), ours.hits)),
      draw.line(names.untrained, 'untrained', untrained.hits.map(stat.wilsonShare)),
    ]),
  table: ({ ours: { bare }, untrained }) =>
    bare && {
      title: 'Residual hits under the bare readout r · Eᵀ, % of contexts',
      columns: ['layer', 'trained', 'untrained'],
      rows: percents(bare).map((share, i) => [i + 1, share, percents(untrained.bare!)[i]!]),
    },
});
