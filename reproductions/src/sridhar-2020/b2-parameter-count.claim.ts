import { countParameters, createBert, parameterCount } from '@interlayer/bert-model';
import { defineClaim } from '../harness/define-claim';
import { agree } from '../harness/exact';
import { startPlainBackend } from '../harness/plain-backend';

const BASE = { vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };

/** Feed-forward blocks kept → parameters of BERT-base with pooler, each removed block going with its LayerNorm. */
const EXPECTED: readonly (readonly [kept: number, period: number, parameters: number])[] = [
  [12, 1, 109_482_240],
  [6, 2, 81_138_432],
  [4, 3, 71_690_496],
  [3, 4, 66_966_528],
  [2, 6, 62_242_560],
  [1, 12, 57_518_592],
  [0, Number.POSITIVE_INFINITY, 52_794_624],
];

/** A feed-forward block after every `period`-th attention block. */
const pattern = (layers: number, period: number): boolean[] =>
  Array.from({ length: layers }, (_, layer) => (layer + 1) % period === 0);

defineClaim(
  {
    schemaVersion: 1,
    id: 'sridhar-2020/b2-parameter-count',
    title: 'Fewer feed-forward blocks, fewer parameters',
    locator: 'arXiv 2012.11881 v2, abstract',
    claim: 'Leaving out feed-forward ("intermediate") blocks of BERT-base lowers its number of parameters.',
    kind: 'exact',
    estimand:
      'Parameters of BERT-base with pooler and without masked-LM head, by the number of feed-forward blocks kept; a removed block goes with its LayerNorm',
    expected: {
      statement:
        '109,482,240 with all 12 blocks, less 8d² + 7d = 4,723,968 for each removed one, down to 52,794,624 without any (−51.8 %)',
      source: 'The paper gives no count that could be read; these are derived from the shapes of the matrices.',
    },
    decision:
      'Every count equals its formula to the unit, for BERT-base and for the tensors of small models that are built for the purpose.',
    scales: ['exact'],
    controls: [
      {
        name: 'which blocks',
        kind: 'negative',
        description: 'Six blocks kept at other places: first half, last half, middle half',
        expected: 'the same count: only the number of blocks matters',
      },
    ],
    needs: [],
    budget: { seconds: 20, megabytes: 600 },
  },
  async (context) => {
    const of = (feed_forward: boolean[]) => parameterCount({ ...BASE, feed_forward });
    const rows = EXPECTED.map(([kept, period, expected]) => ({ kept, expected, counts: of(pattern(12, period)) }));
    const halves = [
      (layer: number) => layer < 6,
      (layer: number) => layer >= 6,
      (layer: number) => layer >= 3 && layer < 9,
    ].map((keep) => of(Array.from({ length: 12 }, (_, layer) => keep(layer))).total);
    await startPlainBackend(context);
    const d = 12;
    const built = [1, 2, 3, 4].map((period) => {
      const feed_forward = pattern(4, period);
      const model = createBert(
        {
          vocab_size: 31,
          hidden_size: d,
          num_hidden_layers: 4,
          num_attention_heads: 3,
          max_position_embeddings: 16,
          feed_forward,
        },
        { seed: 1, heads: ['pooler'] },
      );
      const found = countParameters(model).total;
      model.dispose();
      return { kept: feed_forward.filter(Boolean).length, found };
    });
    const whole = built[0]!.found;
    const [all, half, none] = [rows[0]!, rows[1]!, rows.at(-1)!].map(({ counts }) => counts.total) as [
      number,
      number,
      number,
    ];
    const less = (total: number) => `${((1 - total / all) * 100).toFixed(1)} %`;
    return {
      sentence: `Each feed-forward block left out of BERT-base saves 4,723,968 parameters: half of them gone leaves ${half.toLocaleString('en-US')} (−${less(half)}), all of them ${none.toLocaleString('en-US')} (−${less(none)}).`,
      headline: {
        name: 'parameters with half the blocks',
        value: half,
        unit: '',
        method: 'counted',
        monteCarloError: 0,
      },
      n: rows.length,
      dropped: [],
      criteria: [
        agree(
          'base',
          'The counts of BERT-base are those of the formula, to the unit',
          rows.map(({ kept, expected, counts }) => ({ label: `${kept} blocks`, found: counts.total, expected })),
        ),
        agree(
          'tensors',
          `The tensors of built models (d = ${d}) differ by 8d² + 7d for each removed block`,
          built.map(({ kept, found }) => ({
            label: `${kept} of 4 blocks`,
            found: whole - found,
            expected: (4 - kept) * (8 * d * d + 7 * d),
          })),
        ),
      ],
      controls: [
        {
          name: 'which blocks',
          kind: 'negative',
          outcome: halves.every((total) => total === half) ? 'passed' : 'failed',
          detail: `six blocks anywhere: ${[...new Set(halves)].map((total) => total.toLocaleString('en-US')).join(', ')}`,
        },
      ],
      deviations: ['The paper does not list the patterns that it used; here the kept blocks are evenly spaced.'],
      figures: [
        {
          kind: 'bars',
          title: 'Parameters of BERT-base by feed-forward blocks kept',
          unit: 'parameters',
          bars: rows.map(({ kept, counts }) => ({
            label: `${kept} of 12 blocks`,
            parts: [
              { name: 'embeddings', value: counts.embeddings },
              { name: 'attention', value: counts.attention },
              { name: 'LayerNorms and pooler', value: counts.layerNorm + counts.pooler },
              { name: 'feed-forward', value: counts.feedForward },
            ],
          })),
        },
      ],
      tables: [],
    };
  },
);
