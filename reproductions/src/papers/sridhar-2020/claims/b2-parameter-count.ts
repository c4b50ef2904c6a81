import { countParameters } from '@interlayer/bert-model';
import { type CheckControl, claim, exactly } from '../../../claim';
import { backend } from '../../../materials/nothing';
import { bars, baseWith, countBuilt, every, off, shown } from '../../bert-counts';

/** Every how many attention blocks a feed-forward block is kept → parameters of BERT-base with pooler. */
const EXPECTED = new Map([
  [1, 109_482_240],
  [2, 81_138_432],
  [3, 71_690_496],
  [4, 66_966_528],
  [6, 62_242_560],
  [12, 57_518_592],
  [Number.POSITIVE_INFINITY, 52_794_624],
]);
const PARTS = ['embeddings', 'attention', 'LayerNorms and pooler', 'feed-forward'] as const;
const SMALL = { hidden_size: 12, num_hidden_layers: 4, num_attention_heads: 3 };
const keptOf = (layers: number, period: number) => every(layers, period).filter(Boolean).length;

const whichBlocks: CheckControl<unknown, unknown> = {
  record: {
    name: 'which blocks',
    kind: 'negative',
    description: 'Six blocks kept at other places: first half, last half, middle half',
    expected: 'the same count: only the number of blocks matters',
  },
  check() {
    const totals = [0, 6, 3].map((from) => baseWith(every(12, 1).map((_, i) => i >= from && i < from + 6)).total);
    const same = totals.every((total) => total === EXPECTED.get(2));
    return { passed: same, detail: `six blocks anywhere: ${[...new Set(totals)].map(shown).join(', ')}` };
  },
};

export default claim('sridhar-2020/b2-parameter-count', {
  title: 'Fewer feed-forward blocks, fewer parameters',
  locator: 'arXiv 2012.11881 v2, abstract',
  says: 'Leaving out feed-forward ("intermediate") blocks of BERT-base lowers its number of parameters.',
  kind: 'exact',
  estimand:
    'Parameters of BERT-base with pooler and without masked-LM head, by the number of feed-forward blocks kept; a removed block goes with its LayerNorm',
  source: 'The paper gives no count that could be read; these are derived from the shapes of the matrices.',
  material: backend,
  budget: { seconds: 20, megabytes: 600 },
  measure() {
    const build = (period: number) => countBuilt({ ...SMALL, feed_forward: every(4, period) }, countParameters).total;
    const whole = build(1);
    return {
      base: [...EXPECTED.keys()].map((period) => ({
        period,
        kept: keptOf(12, period),
        counts: baseWith(every(12, period)),
      })),
      built: [1, 2, 3, 4].map((period) => ({ kept: keptOf(4, period), fewer: whole - build(period) })),
    };
  },
  criteria: ({ base, built }) => ({
    base: [
      'The counts of BERT-base are those of the formula, to the unit',
      exactly(base.map(({ period, kept, counts }) => off(`${kept} blocks`, counts.total, EXPECTED.get(period)!))),
    ],
    tensors: [
      'The tensors of built models (d = 12) differ by 8d² + 7d for each removed block',
      exactly(built.map(({ kept, fewer }) => off(`${kept} of 4 blocks`, fewer, (4 - kept) * (8 * 12 * 12 + 7 * 12)))),
    ],
  }),
  headline: ({ base }) => ['parameters with half the blocks', '', base[1]!.counts.total],
  n: ({ base }) => base.length,
  sentence({ ours: { base } }) {
    const [all, half, none] = [base[0]!, base[1]!, base.at(-1)!].map(({ counts }) => counts.total);
    const less = (total: number) => `${shown(total)} (−${((1 - total / all!) * 100).toFixed(1)} %)`;
    return `Each feed-forward block left out of BERT-base saves 4,723,968 parameters: half of them gone leaves ${less(half!)}, all of them ${less(none!)}.`;
  },
  controls: [whichBlocks],
  deviations: () => ['The paper does not list the patterns that it used; here the kept blocks are evenly spaced.'],
  figure({ ours: { base } }) {
    const rows = base.map(({ kept, counts }) => [`${kept} of 12 blocks`, counts, PARTS] as const);
    return bars('Parameters of BERT-base by feed-forward blocks kept', rows);
  },
});
