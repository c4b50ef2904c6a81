import { claim, exactly } from '../../../claim';
import { untrained } from '../../../conditions';
import { PAPER } from '../kobayashi';
import { type ScopeGap, sums } from '../materials/sums';

const ALLOWED = { float32: 1e-4, float64: 1e-12 };
type Precision = keyof typeof ALLOWED;
const largest = (gaps: readonly ScopeGap[], of: Precision) => Math.max(...gaps.map((gap) => gap[of])).toExponential(1);
const beyond = (gaps: readonly ScopeGap[], of: Precision) => ({
  label: of,
  count: gaps.filter((gap) => !(gap[of] <= ALLOWED[of])).length,
});

export default claim('kobayashi-2024/d0-sums-to-the-model', {
  title: 'Contributions sum to what a trained model computes, at every scope of every layer',
  locator: `${PAPER}, the method`,
  says: 'The contributions of all tokens to a target, and that of the biases, add up to the layer’s own output.',
  estimand: 'The largest ‖Σ contributions − y‖ / ‖y‖ over all targets, for each layer and scope',
  source: 'Algebra; the tolerances are those of rounding in each precision.',
  material: sums,
  restsOn: ['Q1', 'Q2'],
  budget: { seconds: 30, megabytes: 600 },
  measure: ({ gaps }) => gaps,
  criteria: (gaps) => ({
    rounding: [
      `No layer and scope misses the model by more than ${ALLOWED.float32} in float32, nor its own forward pass by more than ${ALLOWED.float64} in float64 (how many do)`,
      exactly([beyond(gaps, 'float32'), beyond(gaps, 'float64')]),
    ],
  }),
  headline: (gaps) => ['layers and scopes that miss the model', `of ${gaps.length}`, beyond(gaps, 'float32').count],
  n: (gaps) => gaps.length,
  detail: (gaps) => `at most ${largest(gaps, 'float32')} in float32 and ${largest(gaps, 'float64')} in float64`,
  sentence: ({ ours }) =>
    `Over ${ours.length} layers and scopes the sums miss the model by at most ${largest(ours, 'float32')} in float32, and its layers by at most ${largest(ours, 'float64')} in float64.`,
  controls: [
    untrained.shownOnly('it is algebra, which holds for any weights', 'sums just as well'),
    {
      record: {
        name: 'no bias of the values',
        kind: 'positive',
        description: 'The same sums with the bias of the value projection left out, where the model has one',
        expected: 'every layer is missed by more than the tolerance at every scope',
      },
      check(_, [gaps]) {
        const missed = gaps!.map(({ withoutValueBias }) => withoutValueBias).filter((gap) => !Number.isNaN(gap));
        if (missed.length === 0) return { passed: true, detail: 'no layer has such a bias' };
        const least = Math.min(...missed);
        return { passed: least > ALLOWED.float32, detail: `missed by at least ${least.toExponential(1)}` };
      },
    },
  ],
  table: ({ ours }) => ({
    title: 'Largest relative gap by layer and scope',
    columns: ['model', 'layer', 'scope', 'float32', 'float64', 'without the value bias'],
    rows: ours.map(({ model, layer, scope, float32, float64, withoutValueBias }) => [
      model,
      layer + 1,
      scope,
      float32,
      float64,
      withoutValueBias,
    ]),
  }),
});
