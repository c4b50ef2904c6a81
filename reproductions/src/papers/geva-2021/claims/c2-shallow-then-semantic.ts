import { above, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { ANNOTATED, coverageShare, coverages, type Group, keyPatterns, PATTERN_KEYS } from '../materials/patterns';
import { halves } from '../pattern-shares';

const shares = (layers: readonly Group[][]) =>
  layers.map((groups) => coverages.map((kind) => coverageShare(groups, kind)));
const TITLE = 'Triggers by the kind of pattern that they carry';
const WHY = 'a fifth of the paper’s differences between halves of its layers (23 and 24 points)';

export default claim('geva-2021/c2-shallow-then-semantic', {
  title: 'Lower layers see wording, upper layers meaning (proxy)',
  locator: `${geva.PAPER}, section 3.1, figure 2`,
  says: 'Shallow patterns, often a shared last word, dominate layers 1 to 9; semantic ones dominate 10 to 16 (by the figure, semantic only: 13 % of the triggers below, 41 % above; shallow only: 49 and 19 %).',
  kind: 'proxy',
  estimand: `A stand-in for human labels: share of triggers that carry accepted suffix patterns only, and content-word patterns only, mean over ${PATTERN_KEYS} random keys a layer (${ANNOTATED} triggers each), lower half of the layers against the upper, points`,
  source: `${geva.SOURCE} In it the share of the last token was flat over six layers, so little is expected.`,
  material: keyPatterns,
  restsOn: ['P10'],
  measure: halves,
  criteria: ({ shallow, semantic }) => ({
    'shallow-falls': [
      'Shallow-only patterns cover more triggers in the lower half of the layers (points)',
      above(0, [shallow], effect(5, 'points')),
    ],
    'semantic-rises': [
      'Semantic-only patterns cover more triggers in the upper half (points)',
      above(0, [semantic], effect(5, 'points', WHY)),
    ],
  }),
  headline: ({ semantic }) => ['semantic-only, upper minus lower half', 'points', semantic],
  n: ({ groups }) => groups.flat().length,
  detail: ({ shallow, semantic }) => `${stat.list([shallow])} and ${stat.list([semantic])} points`,
  sentence: ({ ours }) =>
    `By the proxy, shallow-only patterns cover ${stat.more(ours.shallow, 'points')} of the triggers in the lower half of the layers than in the upper, semantic-only ones ${stat.more(ours.semantic, 'points')} in the upper half than in the lower (paper, by halves of 16: 23 and 24 points more).`,
  controls: [
    untrained.mustNotReproduce('no gradient, so the criteria do not hold'),
    shuffledPairs.shownOnly(geva.KEYS_ALONE, 'no gradient beyond the trained model’s'),
  ],
  deviations: () => [
    'A content word before the last three tokens stands for meaning, a shared ending for wording; the paper’s labels are people’s.',
  ],
  figure: ({ ours, untrained, names }) =>
    draw.stacked(TITLE, '% of triggers', coverages, { note: geva.PAPER_NOTE }, [
      draw.panel('paper (people)', 'paper', geva.figures.patterns),
      draw.panel(`${names.ours} (proxy)`, 'ours', shares(ours.groups)),
      draw.panel(`${names.untrained} (proxy)`, 'untrained', shares(untrained.groups)),
    ]),
  table({ ours, untrained, names }) {
    const title =
      'Keys whose triggers are more alike in their words than 99 % of random groups (tf-idf, last token left out)';
    const rows = [ours, untrained].map(({ topical }, i) => [i ? names.untrained : names.ours, ...topical]);
    return draw.layerTable(title, ['model'], ours.groups.length, rows);
  },
});
