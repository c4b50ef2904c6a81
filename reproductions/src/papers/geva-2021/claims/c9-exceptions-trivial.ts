import { above, between, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, shuffledPairs, untrained } from '../../../conditions';
import { against, bars, exceptionsOf, SHORT, type Shares } from '../exceptions';
import * as geva from '../geva';
import { agreements } from '../materials/zero-agreement';

const WHY =
  'The shares depend on the list of stop words, on the vocabulary, and on how common agreement is: an exception in the paper’s model, the rule in one of 512 cells and 4,096 tokens.';
const SMALL = 'a twentieth of the paper’s share of stop words';
const moreOften = ([agreeing, others]: Shares, why?: string) =>
  above(0, stat.excessOver(agreeing, [others]), effect(3, 'points', why));
const near = (middle: number, [agreeing]: Shares) =>
  between([middle - 8, middle + 8], [agreeing], effect(8, 'points'), { notAssertedAtMini: WHY });
const LABELS = ['stop +', 'stop −', 'short +', 'short −'];
const TITLE = 'Stop-word targets and short prefixes, where a cell agrees with its layer and where none does';
const AXIS = 'stop: next token is a stop word; short: fewer than 5 tokens; +: a cell agrees, −: none does';
const NOTE = 'The paper’s shares are those of its text.';

export default claim('geva-2021/c9-exceptions-trivial', {
  title: 'Where a cell does agree with its layer, the case is trivial',
  locator: `${geva.PAPER}, section 5.1, text`,
  says: 'Among prefixes for which some cell’s top token is the layer’s prediction, 60 % have a stop word as target token, and in 43 % the prefix is shorter than 5 tokens.',
  estimand: `Share of (layer, prefix) pairs whose target, the next token of the sentence, is a stop word, and share of those with a prefix of fewer than ${SHORT} tokens: where some cell agrees, ∃i: top(vᵢ) = top(y), minus where none does, points`,
  source:
    'The paper gives the two shares among agreeing prefixes and none among the others; that the cases are exceptional follows only if they differ. No pilot.',
  material: agreements,
  restsOn: ['P13'],
  measure: exceptionsOf,
  criteria: ({ stop, short }) => ({
    'stop-words': ['Stop-word targets are more frequent where a cell agrees (points)', moreOften(stop, SMALL)],
    'short-prefixes': ['Short prefixes are more frequent where a cell agrees (points)', moreOften(short)],
    'paper-stop-words': ['60 ± 8 % stop words', near(60, stop)],
    'paper-short': ['43 ± 8 % short prefixes', near(43, short)],
  }),
  headline: ({ stop }) => ['stop-word targets where a cell agrees', '%', stop[0]],
  detail: ({ stop, short }) => `stop words ${against(stop)} %, short prefixes ${against(short)} %`,
  sentence: ({ ours: { stop, short }, untrained }) =>
    `Where a cell agrees, the next token is a stop word in ${stat.list([stop[0]])} % and the prefix has fewer than ${SHORT} tokens in ${stat.list([short[0]])} %; where none does, ${stat.list([stop[1]])} and ${stat.list([short[1]])} % (paper: 60 and 43 %, without the others). Untrained: ${against(untrained.stop)} % and ${against(untrained.short)} %.`,
  controls: [
    untrained.mustNotReproduce('an untrained model knows no stop words, so the first difference is about 0'),
    permutedWeights.mustNotReproduce('no learned bias towards stop words, so the first difference is about 0'),
    shuffledPairs.mustNotReproduce('agreement by accident, whatever follows, so the first difference is about 0'),
  ],
  deviations: ({ agreeing }) => [
    'Stop words: the 108 English ones of the npm package stopword; the paper names no list. The target is the next token of the sentence; prefixes that are whole sentences have none and count among the short ones only.',
    `Agreement is common at this size: in ${stat.range(agreeing)} % of the prefixes, by layer (paper: 4 to 33 %).`,
  ],
  figure: ({ ours, untrained, names }) =>
    draw.stacked(TITLE, '% of (layer, prefix) pairs', ['share'], { axis: AXIS, note: NOTE }, [
      draw.panel('paper', 'paper', [[60], [43]], ['stop +', 'short +']),
      draw.panel(names.subject, 'ours', bars(ours), LABELS),
      draw.panel('untrained', 'untrained', bars(untrained), LABELS),
    ]),
  table: ({ ours, untrained }) => ({
    title: 'Where a cell agrees: stop words among the block’s own predictions top(y), %',
    columns: ['model', 'agreeing pairs', 'others'],
    rows: [ours, untrained].map(({ predicted }, i) => [i ? 'untrained' : 'trained', ...predicted]),
  }),
});
