import { atLeast, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { ANNOTATED, coveredShare, keyPatterns, PATTERN_KEYS, randomGroups } from '../materials/patterns';
import { modalShares, patterned, patternedPercent, patternsAKey } from '../pattern-shares';

const UNIT = `% of the best ${ANNOTATED} triggers`;
const NOTE = `Coverage by a proxy on our side, by human readers on the paper's. ${geva.PAPER_NOTE}`;
const TITLE = 'Share of the modal last token, and triggers that a pattern covers';
const WHY = 'an eighth of the factor that is asked for';
const WHY_NOT = 'Annotators saw what wording does not show, and the proxy what they would not have counted.';
const EXPECTED = 'a modal share of about 0.2: similar inputs have similar scores without any training';
const NOBODY_READS =
  'No human reads anything: a shared word is not a pattern identified by experts, and a meaning that no word shows is missed.';
const NOT_OF_CONTROL = { notAskedOf: [untrained.id] };

export default claim('geva-2021/c1-keys-have-patterns', {
  title: 'What triggers a key has something in common (proxy)',
  locator: `${geva.PAPER}, section 3.1, figure 2`,
  says: 'Annotators found at least one pattern in the triggers of all 160 keys, 3.6 a key on average, covering 65 to 80 % of the triggers.',
  kind: 'proxy',
  estimand: `A stand-in for human readers: share of the modal last token among the ${ANNOTATED} best triggers of each key, mean over all keys of a layer, as a ratio to the untrained model's; and for ${PATTERN_KEYS} random keys a layer, suffixes of 1 to 3 tokens and content words that at least 3 triggers share more often than chance (hypergeometric, Holm, p ≤ 0.01)`,
  material: keyPatterns,
  restsOn: ['P10'],
  measure: modalShares,
  criteria: ({ modal, hasPattern }, { untrained: control }) => ({
    'shared-last-token': [
      "The modal last token's share is at least twice the untrained model's (ratio)",
      atLeast(
        2,
        stat.ratiosOfMeans(modal, control.modal, geva.KEY_INTERVALS),
        effect(0.25, 'ratio', WHY),
        NOT_OF_CONTROL,
      ),
    ],
    'every-key': [
      'The proxy finds a pattern in at least 95 % of the keys of every layer',
      atLeast(95, hasPattern, effect(5, '%'), { ...NOT_OF_CONTROL, level: 0.95, notAssertedAtMini: WHY_NOT }),
    ],
  }),
  headline: ({ mean }) => ['share of the modal last token, mean over keys', '%', mean],
  n: ({ all }) => all.length,
  detail: ({ means, all }) =>
    `modal share ${stat.range(means)} %, a pattern in ${patternedPercent(all)} % of the keys, covering ${coveredShare(all).toFixed(0)} % of the triggers`,
  sentence: ({ ours, untrained }) =>
    `The modal last token ends ${stat.range(ours.means)} % of a key's ${ANNOTATED} best triggers, by layer (untrained: ${stat.range(untrained.means)} %). The proxy finds a pattern in ${patternedPercent(ours.all)} % of the keys (untrained ${patternedPercent(untrained.all)} %, random prefixes ${patternedPercent([...ours.random, ...untrained.random])} %), ${patternsAKey(ours.all).toFixed(1)} a key, covering ${coveredShare(ours.all).toFixed(0)} % of the triggers; annotators: 100 %, 3.6 and 65 to 80 %.`,
  controls: [
    untrained.shownOnly(geva.COMPARED, EXPECTED),
    shuffledPairs.shownOnly(geva.KEYS_ALONE, 'layer 1 as in the trained model, the others near it'),
    randomGroups,
  ],
  deviations: () => [NOBODY_READS],
  figure: ({ ours, untrained, names }) =>
    draw.depth(TITLE, UNIT, { range: [0, 100], note: NOTE }, [
      draw.line(`covered by annotators' patterns, ${geva.LEGEND}`, 'paper', geva.covered, 1),
      draw.line(`covered, ${names.ours}`, 'ours', ours.groups.map(coveredShare), 1),
      draw.line('covered, untrained', 'untrained', untrained.groups.map(coveredShare), 1),
      draw.line(`modal last token, ${names.ours}`, 'ours', ours.means, 0),
      draw.line(`modal last token, ${names.untrained}`, 'untrained', untrained.means, 0),
    ]),
  table({ ours, untrained, shuffled, names }) {
    const row = (name: string, { groups, random }: typeof ours) => [name, ...groups.map(patterned), patterned(random)];
    const rows = [row(names.ours, ours), row(names.untrained, untrained), row(names.shuffled, shuffled)];
    const title = `Keys with a pattern by the proxy, of ${PATTERN_KEYS} a layer`;
    return draw.layerTable(title, ['model'], ours.groups.length, rows, ['random prefixes']);
  },
});
