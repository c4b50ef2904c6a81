import { countParameters, createBert, parameterCount } from '@interlayer/bert-model';
import { defineClaim } from '../harness/define-claim';
import { agree } from '../harness/exact';
import { startPlainBackend } from '../harness/plain-backend';

const BASE = { vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };

defineClaim(
  {
    schemaVersion: 1,
    id: 'zhao-2021/a6-ffn-parameters',
    title: 'Feed-forward blocks hold two thirds of the parameters',
    locator: 'arXiv 2101.04547 v4, abstract and introduction',
    claim: 'Feed-forward blocks hold two thirds of the parameters of BERT.',
    kind: 'exact',
    estimand:
      'Parameters of the feed-forward blocks over those of attention and feed-forward blocks together, BERT-base (d = 768, 4d inner units), weights and biases, without LayerNorms',
    expected: {
      statement:
        'FFN 8d² + 5d = 4,722,432 and attention 4d² + 4d = 2,362,368 a layer: a share of 0.6666; 56,669,184 of 109,482,240 in the whole model with pooler',
      source: 'Two thirds: the paper. The counts: derived from the shapes of the matrices.',
    },
    decision:
      'Every count equals its formula to the unit, for BERT-base and for the tensors of small models that are built for the purpose, and the share of the layer stack rounds to 2/3 within 0.001.',
    scales: ['exact'],
    controls: [
      {
        name: 'wider blocks',
        kind: 'negative',
        description: 'The same count with an inner width of d instead of 4d',
        expected: 'not two thirds: one third',
      },
    ],
    needs: [],
    budget: { seconds: 20, megabytes: 600 },
  },
  async (context) => {
    const counts = parameterCount(BASE);
    const d = BASE.hidden_size;
    const share = counts.feedForward / (counts.feedForward + counts.attention);
    const narrow = parameterCount({ ...BASE, intermediate_size: d });
    const narrowShare = narrow.feedForward / (narrow.feedForward + narrow.attention);
    await startPlainBackend(context);
    const built = [8, 12, 24].map((width) => {
      const config = { vocab_size: 31, hidden_size: width, num_hidden_layers: 3, num_attention_heads: 4 };
      const model = createBert({ ...config, max_position_embeddings: 16 }, { seed: 1, heads: ['pooler'] });
      const found = countParameters(model);
      model.dispose();
      return { width, found };
    });
    return {
      sentence: `In each layer of BERT-base the feed-forward block holds 4,722,432 parameters and attention 2,362,368, so ${(share * 100).toFixed(2)} % of the layers' matrices; of the whole model, whose embeddings count too, they are ${((counts.feedForward / counts.total) * 100).toFixed(1)} %: "two thirds" is true of the layers only.`,
      headline: {
        name: 'FFN share of attention and FFN',
        value: share,
        unit: '',
        method: 'counted',
        monteCarloError: 0,
      },
      n: 12,
      dropped: [],
      criteria: [
        agree('base', 'The counts of BERT-base are those of the formulas, to the unit', [
          { label: 'FFN of one layer', found: counts.feedForward / 12, expected: 4_722_432 },
          { label: 'attention of one layer', found: counts.attention / 12, expected: 2_362_368 },
          { label: 'all FFNs', found: counts.feedForward, expected: 56_669_184 },
          {
            label: 'layers without LayerNorm and embeddings',
            found: counts.feedForward + counts.attention,
            expected: 85_017_600,
          },
          { label: 'whole model', found: counts.total, expected: 109_482_240 },
        ]),
        agree(
          'tensors',
          'The tensors of built models hold as many: FFN 8d² + 5d and attention 4d² + 4d a layer',
          built.flatMap(({ width: w, found }) => [
            { label: `d = ${w}, FFN`, found: found.feedForward, expected: 3 * (8 * w * w + 5 * w) },
            { label: `d = ${w}, attention`, found: found.attention, expected: 3 * (4 * w * w + 4 * w) },
          ]),
        ),
        agree('two-thirds', 'The share is 2/3 within 0.001', [
          { label: 'share off by more than 0.001', found: Number(Math.abs(share - 2 / 3) > 0.001), expected: 0 },
        ]),
      ],
      controls: [
        {
          name: 'wider blocks',
          kind: 'negative',
          outcome: Math.abs(narrowShare - 1 / 3) < 0.01 ? 'passed' : 'failed',
          detail: `with an inner width of d the share is ${narrowShare.toFixed(4)}`,
        },
      ],
      deviations: [
        'The paper does not say which parameters it counts; LayerNorms and embeddings are left out of the share.',
      ],
      figures: [
        {
          kind: 'bars',
          title: 'Parameters of BERT-base',
          unit: 'parameters',
          bars: [
            {
              label: 'layers',
              parts: [
                { name: 'feed-forward', value: counts.feedForward },
                { name: 'attention', value: counts.attention },
              ],
            },
            {
              label: 'whole model',
              parts: [
                { name: 'feed-forward', value: counts.feedForward },
                { name: 'attention', value: counts.attention },
                { name: 'embeddings', value: counts.embeddings },
                { name: 'LayerNorms and pooler', value: counts.layerNorm + counts.pooler },
              ],
            },
          ],
        },
      ],
      tables: [],
    };
  },
);
