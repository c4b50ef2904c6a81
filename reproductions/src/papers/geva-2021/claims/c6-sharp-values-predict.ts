import { above, atLeast, between, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { memories } from '../materials/memories';
import { TRIGGERS } from '../materials/triggers';
import { type Bins, bins, label, SHARPEST, type Sharpness, sharpnessOf } from '../sharpness';

const sharpest = ({ top }: Sharpness) => stat.list([top], 2);
const PARTS = ['agreeing cells'];
const FEW = 'four cells of a quarter of 768';
const TITLE = 'Agreement by the largest probability of the value';
const AXIS = 'largest probability of the value’s distribution, at most, × 10⁻⁴';
const noteOn = ({ intervals }: Bins) =>
  `Each panel has a scale of its own; the paper’s bins have equal width, ours hold equally many cells. Wilson intervals of 95 %, ${intervals.join('; ')}. ${geva.PAPER_NOTE}`;

export default claim('geva-2021/c6-sharp-values-predict', {
  title: 'Sharp values are the predictive ones, and sit in the upper layers',
  locator: `${geva.PAPER}, section 4, figure 6 and table 2`,
  says: 'Agreement grows with the largest probability of a value’s distribution; of the 100 values with the highest over the whole model 97 sit in layers 11 to 16, and 46 have a trigger among 50 whose next token is the value’s top token.',
  estimand:
    'Cells of all layers ranked by max softmax(v · Eᵀ): agreement (percent) in the top and bottom quarter, and where the top 100 sit',
  material: memories,
  restsOn: ['P4', 'P10', 'P11'],
  measure: sharpnessOf,
  criteria: ({ top, overBottom, upper, hits }, all) => ({
    'sharp-agrees': [
      'The sharpest quarter agrees at least twice as often as the flattest (top − 2 × bottom, points)',
      atLeast(0, [overBottom], effect(0.5, 'points', FEW)),
    ],
    'over-shuffled': [
      'The sharpest quarter agrees more often than with shuffled pairs (points)',
      above(0, stat.excess([top], [all.shuffled.top]), effect(0.5, 'points', FEW), { notAskedOf: [shuffledPairs.id] }),
    ],
    'sharpest-above': [
      `More than half of the ${SHARPEST} sharpest values are in the upper half of the layers (%)`,
      atLeast(50, [upper], effect(10, '%')),
    ],
    hits: [
      `35 to 57 of the ${SHARPEST} sharpest have a hit (paper: 46)`,
      between([35, 57], [hits], effect(10, '%'), {
        notAssertedAtMini: 'It depends on the sizes of vocabulary and corpus; 17 in a pilot at this size.',
      }),
    ],
  }),
  headline: ({ top }) => ['agreement of the sharpest quarter of values', '%', top],
  detail: (sharpness) =>
    `${sharpness.inUpperHalf} of ${SHARPEST} in the upper half, sharpest quarter agrees in ${sharpest(sharpness)} %`,
  sentence: ({ ours, untrained, shuffled }) =>
    `The sharpest quarter of the values agrees in ${sharpest(ours)} %, the flattest in ${stat.list([ours.bottom], 2)} % (sharpest: untrained ${sharpest(untrained)} %, shuffled pairs ${sharpest(shuffled)} %). Of the ${SHARPEST} sharpest ${ours.inUpperHalf} sit in the upper half of the layers (untrained ${untrained.inUpperHalf}; paper: 97 in the upper 6 of 16), and ${ours.withHit} have a trigger among ${TRIGGERS} that their top token follows (untrained ${untrained.withHit}; paper 46).`,
  controls: [
    untrained.mustNotReproduce('48 of 100 in the upper half and no agreement in a pilot, so the criteria do not hold'),
    shuffledPairs.shownOnly(
      geva.COMPARED,
      'the values and where the sharpest sit stay as they are, so what looks at values alone holds there too; agreement is by chance',
    ),
  ],
  deviations: () => [
    'Bins hold equally many cells each (octiles); the paper’s have equal width, which at this size leaves most of them empty.',
  ],
  figure({ ours, untrained, shuffled, names }) {
    const [our, their, mixed] = [ours, untrained, shuffled].map(bins) as [Bins, Bins, Bins];
    return draw.stacked(TITLE, '% of cells', PARTS, { axis: AXIS, range: 'own', note: noteOn(our) }, [
      draw.panel('paper', 'paper', geva.sharpness.shares, geva.sharpness.labels.map(label)),
      draw.panel(names.ours, 'ours', our.shares, our.labels),
      draw.panel(names.untrained, 'untrained', their.shares, their.labels),
      draw.panel(names.shuffled, 'shuffled', mixed.shares, mixed.labels),
    ]);
  },
  table({ ours, untrained, shuffled, names }) {
    const row = (name: string, { byLayer, withHit }: Sharpness) => [name, ...byLayer, withHit];
    const rows = [row(names.ours, ours), row(names.untrained, untrained), row(names.shuffled, shuffled)];
    const title = `The ${SHARPEST} values with the largest probability, by layer`;
    return draw.layerTable(title, ['model'], ours.byLayer.length, rows, ['with a hit']);
  },
});
