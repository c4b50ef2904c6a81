import { countParameters, parameterCount } from '@interlayer/bert-model';
import { type CheckControl, claim, exactly } from '../../../claim';
import { backend } from '../../../materials/nothing';
import { BERT_BASE, bars, type Counts, countBuilt, off } from '../../bert-counts';

const share = ({ feedForward, attention }: Counts) => feedForward / (feedForward + attention);
const LAYERS = ['feed-forward', 'attention'] as const;

const widerBlocks: CheckControl<unknown, unknown> = {
  record: {
    name: 'wider blocks',
    kind: 'negative',
    description: 'The same count with an inner width of d instead of 4d',
    expected: 'not two thirds: one third',
  },
  check() {
    const narrow = share(parameterCount({ ...BERT_BASE, intermediate_size: BERT_BASE.hidden_size }));
    return {
      passed: Math.abs(narrow - 1 / 3) < 0.01,
      detail: `with an inner width of d the share is ${narrow.toFixed(4)}`,
    };
  },
};

export default claim('zhao-2021/a6-ffn-parameters', {
  title: 'Feed-forward blocks hold two thirds of the parameters',
  locator: 'arXiv 2101.04547 v4, abstract and introduction',
  says: 'Feed-forward blocks hold two thirds of the parameters of BERT.',
  kind: 'exact',
  estimand:
    'Parameters of the feed-forward blocks over those of attention and feed-forward blocks together, BERT-base (d = 768, 4d inner units), weights and biases, without LayerNorms',
  source: 'Two thirds: the paper. The counts: derived from the shapes of the matrices.',
  material: backend,
  budget: { seconds: 20, megabytes: 600 },
  measure: () => ({
    base: parameterCount(BERT_BASE),
    built: [8, 12, 24].map((d) => ({
      d,
      counts: countBuilt({ hidden_size: d, num_hidden_layers: 3, num_attention_heads: 4 }, countParameters),
    })),
  }),
  criteria: ({ base: { feedForward, attention, total }, base, built }) => ({
    base: [
      'The counts of BERT-base are those of the formulas, to the unit',
      exactly([
        off('FFN of one layer', feedForward / 12, 4_722_432),
        off('attention of one layer', attention / 12, 2_362_368),
        off('all FFNs', feedForward, 56_669_184),
        off('layers without LayerNorm and embeddings', feedForward + attention, 85_017_600),
        off('whole model', total, 109_482_240),
      ]),
    ],
    tensors: [
      'The tensors of built models hold as many: FFN 8d² + 5d and attention 4d² + 4d a layer',
      exactly(
        built.flatMap(({ d, counts }) => [
          off(`d = ${d}, FFN`, counts.feedForward, 3 * (8 * d * d + 5 * d)),
          off(`d = ${d}, attention`, counts.attention, 3 * (4 * d * d + 4 * d)),
        ]),
      ),
    ],
    'two-thirds': [
      'The share is 2/3 within 0.001',
      exactly([off('share off by more than 0.001', Number(Math.abs(share(base) - 2 / 3) > 0.001), 0)]),
    ],
  }),
  headline: ({ base }) => ['FFN share of attention and FFN', '', share(base)],
  n: () => BERT_BASE.num_hidden_layers,
  sentence: ({ ours: { base } }) =>
    `In each layer of BERT-base the feed-forward block holds 4,722,432 parameters and attention 2,362,368, so ${(share(base) * 100).toFixed(2)} % of the layers' matrices; of the whole model, whose embeddings count too, they are ${((base.feedForward / base.total) * 100).toFixed(1)} %: "two thirds" is true of the layers only.`,
  controls: [widerBlocks],
  deviations: () => [
    'The paper does not say which parameters it counts; LayerNorms and embeddings are left out of the share.',
  ],
  figure: ({ ours: { base } }) =>
    bars('Parameters of BERT-base', [
      ['layers', base, LAYERS],
      ['whole model', base, [...LAYERS, 'embeddings', 'LayerNorms and pooler']],
    ]),
});
