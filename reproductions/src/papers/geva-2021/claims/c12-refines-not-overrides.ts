import { compositionCases } from '@interlayer/ffn-memory';
import { above, atLeast, claim, draw, effect, exactly, stat } from '../../../claim';
import { permutedWeights, shuffledPairs, untrained } from '../../../conditions';
import { composition, shares } from '../composition';
import * as geva from '../geva';
import { predictions } from '../materials/readings';

const PARTS = compositionCases.map((name) => (name === 'fifth' ? 'fifth case' : name));
const WHY = 'composition and ffn are told apart by direction; a point is forty prefixes';

export default claim('geva-2021/c12-refines-not-overrides', {
  title: 'The feed-forward block refines or vetoes, it seldom overrides',
  locator: `${geva.PAPER}, section 5.2, figure 11`,
  says: 'In most prefixes the residual’s top token survives the feed-forward block; when it changes, it becomes a third token (composition), hardly ever the block’s own (ffn).',
  estimand:
    'Shares of the cases residual, agreement, composition, ffn and of a fifth case (r and y agree, o does not), layer by layer, percent',
  source: `${geva.SOURCE} The fifth case: algebra, logits add. Layer 1 is only shown: there the block’s output dwarfs the residual at this size.`,
  material: predictions,
  measure: composition,
  criteria: ({ survives, composed, overridden, fifth, adds }) => ({
    'residual-survives': [
      'From layer 2 on residual + agreement is at least 60 %',
      atLeast(60, survives, effect(3, 'points')),
    ],
    'composition-not-override': [
      'From layer 2 on composition is more frequent than ffn (difference, points)',
      above(0, stat.excess(composed, overridden), effect(1, 'points', WHY)),
    ],
    // A final LayerNorm, a readout with a bias or a post-LN block can bring a fifth case about; then it is only shown.
    ...(adds ? { 'no-fifth-case': ['The fifth case never occurs', exactly(fifth)] } : {}),
  }),
  headline: ({ mean, layers }) => [`residual + agreement, mean of layers 2 to ${layers.length}`, '%', mean],
  detail: ({ survives }) => `residual + agreement ${stat.rangeOf(survives)} %`,
  sentence: ({ ours, untrained }) =>
    `From layer 2 on the residual’s token survives in ${stat.rangeOf(ours.survives)} % of the prefixes (untrained: ${stat.rangeOf(untrained.survives)} %); otherwise it becomes a third token in ${stat.rangeOf(ours.composed)} % and the block’s own in ${stat.rangeOf(ours.overridden)} %; the fifth case occurs ${stat.total(ours.fifth)} times.`,
  controls: [
    untrained.mustNotReproduce('residual + agreement 1 to 41 % in a pilot, so the criteria do not hold'),
    permutedWeights.mustNotReproduce(
      'blocks as large as the trained ones overwrite the residual, so it does not survive',
    ),
    shuffledPairs.mustNotReproduce('blocks that say what no key asked for, so the criteria do not all hold'),
    geva.bookkeeping,
    geva.crossCheck,
  ],
  figure: ({ ours, untrained, shuffled, names }) =>
    draw.stacked('What the layer’s prediction is made of', '% of prefixes', PARTS, { note: geva.PAPER_NOTE }, [
      draw.panel('paper', 'paper', geva.cases),
      draw.panel(names.ours, 'ours', shares(ours.layers)),
      draw.panel(names.untrained, 'untrained', shares(untrained.layers)),
      draw.panel(names.shuffled, 'shuffled', shares(shuffled.layers)),
    ]),
  table: ({ ours: { bare } }) =>
    bare && {
      title: 'The cases under the bare readout r · Eᵀ, % of contexts',
      columns: ['layer', ...compositionCases],
      rows: shares(bare).map((row, i) => [i + 1, ...row]),
    },
});
