import { mutations } from '@interlayer/ffn-memory';
import { above, atLeast, atMost, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import { type Changes, changesOf } from '../changes';
import * as geva from '../geva';
import { mutatedPrefixes } from '../materials/mutations';

const list = ({ change }: Changes) => mutations.map((name) => `${name} ${stat.rangeOf(change[name])} %`).join(', ');
const WHY = 'the paper’s random and first differ by 3 to 10 points';
const WHY_FLAT =
  'In a pilot at this size the effect of the last token was the same in all six layers (−77 to −87 %). The paper: −72 % in layer 1, −50 % in layer 16.';
const TITLE = 'Change of the coefficient when one token is left out';
const NOTE = `Whiskers: 95 % intervals over keys. ${geva.PAPER_NOTE}`;

export default claim('geva-2021/c3-mutated-prefix', {
  title: 'The end of the prefix matters far more than its start',
  locator: `${geva.PAPER}, section 3.2, figure 3`,
  says: 'Leaving out the last token of a trigger lowers the memory coefficient far more than leaving out the first or a random one; the last token matters less in the upper layers.',
  estimand:
    'Relative change of the memory coefficient when the first, the last or a random token of a trigger prefix is left out, median over triggers, then over keys, layer by layer, percent',
  material: mutatedPrefixes,
  restsOn: ['P9', 'P10', 'P14'],
  measure: changesOf,
  criteria: ({ change, firstMinusRandom, twiceRandomMinusLast, fades }) => ({
    'random-below-first': [
      'Leaving out a random token lowers the coefficient more than leaving out the first (first minus random)',
      above(0, firstMinusRandom, effect(2, 'points', WHY)),
    ],
    'first-lowers': [
      'Leaving out the first token does not raise the coefficient',
      atMost(0, change.first, effect(2, 'points')),
    ],
    'last-twice-random': [
      'The last token matters at least twice as much as a random one (2 × random minus last)',
      atLeast(0, twiceRandomMinusLast, effect(5, 'points')),
    ],
    'last-fades': [
      'The last token matters less in the top layer than in layer 1 (top minus first layer, points)',
      above(0, [fades], effect(5, 'points'), { notAssertedAtMini: WHY_FLAT }),
    ],
  }),
  headline: ({ all }) => ['change without the last token, median over keys', '%', all],
  detail: list,
  sentence: ({ ours: { change }, untrained }) =>
    `Without its last token a trigger moves the coefficient by ${stat.rangeOf(change.last)} %, by layer; without a random one by ${stat.rangeOf(change.random)} %, without the first by ${stat.rangeOf(change.first)} %. Untrained: ${list(untrained)}.`,
  controls: [
    untrained.mustNotReproduce(
      'means of −39 to −50 % for first, −38 to −47 % for random, −55 to −74 % for last in a pilot: last is below the others there too, but first is not above random, and last is not twice random',
    ),
    shuffledPairs.shownOnly(geva.KEYS_ALONE, 'layer 1 as in the trained model, the others near it'),
  ],
  figure({ ours, untrained, estimate, names }) {
    const lines = mutations.flatMap((name, variant) => [
      draw.line(`${name}, paper`, 'paper', geva.figures.mutation[name], variant),
      draw.line(`${name}, ${names.subject}`, 'ours', draw.whiskers(estimate(ours.change[name])), variant),
      draw.line(`${name}, untrained`, 'untrained', untrained.change[name].map(stat.plainly), variant),
    ]);
    return draw.depth(TITLE, '%, median over keys', { note: NOTE }, lines);
  },
});
