import { above, atLeast, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, untrained } from '../../../conditions';
import { linesOf } from '../changes';
import { ANALYSES, mixing } from '../materials/mixing';
import * as of from '../mixing-ratios';
import { publishedLike } from '../published-mixing';

export default claim('kobayashi-2024/d7-context-mixing', {
  title: 'Skips and LayerNorm leave little mixing of context',
  locator: 'Kobayashi et al. 2021 (arXiv 2109.07152), the predecessor: table of mixing ratios',
  says: 'By attention weights nearly all of a token’s new state comes from other tokens (97 % in BERT-base); with vectors, the skip and LayerNorm it is a fifth (18.8 %).',
  estimand:
    'Mixing ratio ‖others’ contributions‖ / (‖others’‖ + ‖its own‖), mean over tokens and layers, percent: attention weights (ATTN-W), vectors (ATTN-N), each with the skip (ATTNRES-W, ATTNRES-N), and with LayerNorm (ATTNRESLN-N)',
  source:
    'The predecessor’s table, printed to a tenth of a percent; bands of 2 points are ours, for another sample of Wikipedia.',
  material: mixing,
  restsOn: ['Q1', 'Q17'],
  contrary: [
    'With the skip as half of the weights, ATTNRES-W is half of ATTN-W whatever was trained.',
    'The correlation of mixing with a token’s frequency changes its sign between sizes (−.71 in BERT-large, .42 in BERT-mini).',
  ],
  measure: (material, { scale }) => ({
    material,
    ratios: ANALYSES.map((each) => of.byLayer(material, ({ all }) => all[each])),
    published: scale === 'paper' ? publishedLike(material) : undefined,
  }),
  criteria: ({ ratios, published }) => {
    const [attention, vectors, halved, skipped, normed] = ratios.map(of.overall);
    return {
      order: [
        'ATTN-W > ATTN-N > ATTNRES-W > ATTNRES-N (differences in points)',
        above(
          0,
          [...stat.excess(attention!, vectors!), ...stat.excess(vectors!, halved!), ...stat.excess(halved!, skipped!)],
          effect(1, 'points'),
        ),
      ],
      'norm-adds-none': [
        'LayerNorm adds no mixing: ATTNRES-N ≥ ATTNRESLN-N (difference in points)',
        atLeast(0, stat.excess(skipped!, normed!), effect(0.5, 'points')),
      ],
      ...of.bands(ratios, published),
    };
  },
  headline: ({ ratios }) => [
    'context mixing of the attention block (ATTNRESLN-N)',
    '%',
    of.overall(ratios.at(-1)!)[0]!,
  ],
  detail: ({ ratios }) => `${of.list(ratios)} %`,
  sentence: ({ ours, untrained }) =>
    `The five ratios are ${of.list(ours.ratios)} %, untrained ${of.list(untrained.ratios)} %; with LayerNorm ${of.maskedList(ours.material)}. Spearman’s ρ with the layer is ${of.correlation(ours.ratios.at(-1)![0]!)}.`,
  controls: [
    untrained.shownOnly('most of the order follows from the skip, which is there without training', 'the same order'),
    permutedWeights.shownOnly('the order follows from the skip there as well', 'the same order, other sizes'),
    of.selfAttention,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Context mixing of the attention block', '% (ATTNRESLN-N)', { note: 'Whiskers: 95 % intervals.' }, [
      ...linesOf(ours.ratios.at(-1)!, names.ours, estimate),
      draw.line(names.untrained, 'untrained', untrained.ratios.at(-1)![0]!.layers.map(stat.plainly)),
    ]),
  table: ({ ours: { ratios }, untrained, names }) => of.mixingTable(names, ratios, untrained.ratios),
});
