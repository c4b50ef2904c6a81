import { above, atLeast, atMost, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { memories } from '../materials/memories';
import { ranksOf, values } from '../ranks';

const range = (boxes: readonly { value: number }[]) => stat.range(values(boxes), 1);
const UNIT = '% of the vocabulary';
const NOTE = `Shaded: first to third quartile over cells. Whiskers: 95 % interval of the median. Half the vocabulary is chance. ${geva.PAPER_NOTE}`;
const WHY = 'a tenth of the way from the edge of the band to the best rank';
const WHY_FLAT =
  'In a pilot at this size the median rank was flat over six layers; in the paper it halves from layer 1 to 16.';

export default claim('geva-2021/c5-next-token-rank', {
  title: 'The token after a key’s trigger ranks high in its value',
  locator: `${geva.PAPER}, section 4, figure 5`,
  says: 'The rank of the token that follows the top trigger, in the ranking of the key’s value, gets better with depth; its median halves from layer 1 to 16.',
  estimand:
    "Median over cells of the rank of the token after the top-1 trigger among softmax(v · Eᵀ), 0 the best, layer by layer, as percent of the vocabulary; beside that of the trigger's last token",
  material: memories,
  restsOn: ['P3', 'P10', 'P11'],
  measure: ranksOf,
  criteria: ({ next, last, falls }) => ({
    'ranks-high': [
      'In every layer the median rank of the next token is below 25 % of the vocabulary',
      atMost(25, next, effect(2.5, UNIT, WHY)),
    ],
    'next-not-last': [
      'In every layer it is better than that of the last token (last minus next, % of the vocabulary)',
      above(0, stat.excess(last, next), effect(2.5, UNIT)),
    ],
    falls: [
      'The median of the top layer is below 0.65 of that of layer 1 (difference, % of the vocabulary)',
      atLeast(0, [falls], effect(2.5, UNIT), { notAssertedAtMini: WHY_FLAT }),
    ],
  }),
  headline: ({ mean, next }) => [`median rank of the next token, mean of ${next.length} layers`, '% of |V|', mean],
  detail: ({ boxes }) => `median rank ${range(boxes.next)} %`,
  sentence: ({ ours: { boxes }, untrained, shuffled }) =>
    `The token after the trigger has a median rank of ${range(boxes.next)} % of the vocabulary by layer, the trigger's own last token ${range(boxes.last)} %; untrained ${range(untrained.boxes.next)} %, shuffled pairs ${range(shuffled.boxes.next)} % (chance: 50 %).`,
  controls: [
    untrained.mustNotReproduce('a median near 50 %, as by chance, so the criteria do not hold'),
    shuffledPairs.mustNotReproduce(
      'tokens that many values rank high stay high, but the next token is no better off than the last one',
    ),
  ],
  deviations: () => [
    'Ranks as percent of the vocabulary: the paper has 267,744 words, and its figure cuts the tail above about 30,000, so its true medians are a little larger.',
  ],
  figure: ({ ours, untrained, shuffled, estimate, names }) =>
    draw.depth('Rank of the token after the trigger in its value', `${UNIT}, median over cells`, { note: NOTE }, [
      draw.line(geva.LEGEND, 'paper', geva.ranks),
      draw.line(`${names.ours}: next token`, 'ours', draw.boxes(ours.boxes.next, estimate(ours.next))),
      draw.line('last token', 'ours', values(ours.boxes.last), 1),
      draw.line(names.untrained, 'untrained', untrained.boxes.next),
      draw.line(names.shuffled, 'shuffled', values(shuffled.boxes.next)),
    ]),
  table({ ours: { own, negative } }) {
    const medians = (of: NonNullable<typeof negative>) => (target: 'next' | 'last') => values(of[target]);
    return own && geva.ownReadoutTable('Median rank', UNIT, own.readout, medians(own), negative && medians(negative));
  },
});
