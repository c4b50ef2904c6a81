import { above, atMost, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { embeddedPredictions } from '../materials/readings';
import { type Compositions, lastCompositions, wordPairs } from '../related-tokens';

const panelOf = ({ pairs, percent }: Compositions) => [pairs.length ? [percent, 100 - percent] : [0, 0]];
const shareOf = ({ pairs, percent }: Compositions) =>
  pairs.length ? `${percent.toFixed(0)} % of ${pairs.length}` : 'no composition';
const PARTS = ['related word', 'distant word'];
const WHY = 'as much as the threshold lets pass by chance';
const EXPECTED = 'blocks that say what no key asked for move to tokens as unrelated as the untrained model’s';
const NOT_OF = { notAskedOf: [untrained.id] };

export default claim('geva-2021/c13-composition-distant', {
  title: 'Last-layer composition mostly moves to a distant word (proxy)',
  locator: `${geva.PAPER}, section 5.2, text`,
  says: 'Of 100 compositions of the last layer, read by hand, 66 move to a semantically distant word (people to same) and 34 to a related one (later to earlier).',
  kind: 'proxy',
  estimand:
    "A stand-in for human readers: share of the last layer's composition cases in which top(r) and top(o) are related: same stem, or a cosine of their embeddings above the 95th percentile of shuffled word pairs, percent",
  source:
    'Direction: the paper’s 34 of 100, by another measure. No pilot. The first rule compared with shuffled word pairs; the untrained model passed it (21 % related against 5 %), since the tops of two like vectors have like embeddings whatever they mean.',
  material: embeddedPredictions,
  restsOn: ['P6', 'P7'],
  measure: (material, { seed }) => lastCompositions(material, seed),
  criteria: ({ share }, all) => ({
    'some-related': [
      'Related pairs are more frequent than in the untrained model (points)',
      above(
        0,
        stat.excess([share], [all.untrained.share], 'trained minus untrained'),
        effect(5, 'points', WHY),
        NOT_OF,
      ),
    ],
    'mostly-distant': [
      'Fewer than half of the pairs are related (%)',
      atMost(50, [share], effect(5, 'points'), NOT_OF),
    ],
  }),
  headline: ({ share }) => ['related pairs among last-layer compositions', '%', share],
  n: ({ pairs }) => pairs.length,
  detail: (measured) => `related: ${shareOf(measured)}`,
  sentence: ({ ours, untrained, shuffled }) =>
    `In ${stat.list([ours.share])} % of ${ours.pairs.length} last-layer compositions the new token is related to the residual's (shuffled word pairs: ${ours.chance.toFixed(1)} %; paper, by hand: 34 %); untrained ${shareOf(untrained)}, keys with shuffled values ${shareOf(shuffled)}.`,
  controls: [
    untrained.shownOnly(geva.COMPARED, 'what nearness of vectors makes without any meaning'),
    shuffledPairs.mustNotReproduce(EXPECTED),
    wordPairs,
  ],
  deviations: () => [
    'Nobody reads: relatedness is a stem or a cosine of the model’s own embeddings, and pieces of words are tokens too.',
  ],
  figure: ({ ours, untrained, shuffled, names }) =>
    draw.stacked('What last-layer compositions move to', '% of compositions', PARTS, { axis: 'model' }, [
      draw.panel('paper (people)', 'paper', [[34, 66]], ['']),
      draw.panel(`${names.subject} (proxy)`, 'ours', panelOf(ours), ['']),
      draw.panel('untrained (proxy)', 'untrained', panelOf(untrained), ['']),
      draw.panel('shuffled (proxy)', 'shuffled', panelOf(shuffled), ['']),
      draw.panel('word pairs', 'ours', [[ours.chance, 100 - ours.chance]], ['']),
    ]),
  table: ({ ours }) => ({
    title: 'The first compositions of the sample: the residual’s token, and the layer’s',
    columns: ['by the proxy', 'top(r)', 'top(o)'],
    rows: [...ours.examples(true), ...ours.examples(false)],
  }),
});
