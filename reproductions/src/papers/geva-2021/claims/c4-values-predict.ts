import { above, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import { agreementOf, average, byLayer, rates, values } from '../agreement';
import * as geva from '../geva';
import { type LayerMemories, memories, type Target } from '../materials/memories';

const NOTE = `Whiskers: Wilson intervals of 95 % over the cells of a layer. ${geva.PAPER_NOTE}`;
const threefold = (why?: string) => effect(Math.log(3), 'natural log of the ratio', why);
const WHY = 'frequent tokens meet by chance; three times that is more than another corpus or seed would explain';
const WHY_FLAT =
  'In a pilot at this size the rate was flat over six layers. The paper: near zero up to layer 10 of 16, then rising to 3.5 %.';

export default claim('geva-2021/c4-values-predict', {
  title: 'Values promote the token that follows their key’s trigger',
  locator: `${geva.PAPER}, section 4, figure 4`,
  says: 'The top token of a value is the token that follows its key’s top trigger for up to 3.5 % of the cells of a layer, where chance is 0.0004 %; near zero in the lower layers, rising from layer 11 of 16.',
  estimand:
    "Agreement: share of cells with top(v) = the token after the top-1 trigger, percent, beside the same with the trigger's own last token, and the expectation under shuffled key-value pairs in closed form",
  material: memories,
  restsOn: ['P3', 'P10', 'P11', 'P12', 'P15'],
  measure: agreementOf,
  criteria: ({ overShuffled, overUniform, overLast, rise }) => ({
    'above-shuffled': [
      'Agreement with the next token is more than 3 times that of shuffled pairs (log of the ratio)',
      above(0, [overShuffled], threefold(WHY)),
    ],
    'above-uniform': ['It is more than 3 times 1/|V| (log of the ratio)', above(0, [overUniform], threefold())],
    'next-not-last': [
      'It exceeds agreement with the last token of the trigger (points)',
      above(0, [overLast], effect(0.5, 'points')),
    ],
    rises: [
      'It is higher in the upper half of the layers than in the lower (points)',
      above(0, rise, effect(0.5, 'points'), { notAssertedAtMini: WHY_FLAT }),
    ],
  }),
  headline: ({ all }) => ['agreement with the next token, all layers', '%', all],
  detail: (agreement) =>
    `agreement ${byLayer(agreement, 2)} % by layer, expected of shuffled pairs ${stat.range(agreement.expected, 2)} %`,
  sentence: ({ ours, untrained, shuffled }) =>
    `${stat.list([ours.all], 2)} % of the values promote the token that follows their key's top trigger (by layer ${byLayer(ours, 1)} %), ${stat.list([ours.allLast], 2)} % the trigger's own last token; shuffled pairs agree in ${average(values(shuffled.next))} % (expected: ${average(ours.expected)} %), a uniform guess in ${ours.uniform.toFixed(3)} %; untrained: ${byLayer(untrained, 2)} %.`,
  controls: [
    untrained.mustNotReproduce('agreement about 0, so the criteria do not hold'),
    shuffledPairs.mustNotReproduce('the rate that the closed form expects, so it is not above that of shuffled pairs'),
  ],
  figure: ({ ours, untrained, shuffled, names }) =>
    draw.depth('Values that promote the token of their key’s top trigger', '% of cells', { note: NOTE }, [
      draw.line(geva.LEGEND, 'paper', geva.agreeing),
      draw.line(`${names.ours}: next token`, 'ours', rates(ours.next)),
      draw.line('last token', 'ours', rates(ours.last), 1),
      draw.line(names.untrained, 'untrained', rates(untrained.next)),
      draw.line(names.shuffled, 'shuffled', rates(shuffled.next)),
      draw.line('expected of shuffled pairs', 'shuffled', ours.expected, 2),
    ]),
  table({ ours: { own, negative } }) {
    const shares = (layers: readonly LayerMemories[]) => (target: Target) =>
      values(layers.map(({ agrees }) => agrees[target]));
    return (
      own &&
      geva.ownReadoutTable('Agreement', '% of cells', own.readout, shares(own.layers), negative && shares(negative))
    );
  },
});
