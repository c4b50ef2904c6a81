import { claim } from '../../../claim';
import { checkProperties, noCounterexample } from '../../../claim/properties';
import { nothing } from '../../../materials/nothing';
import { PAPER } from '../kobayashi';
import { knownFaults, mapProperties, missedFaults } from '../map-properties';

const RUNS = 200;

export default claim('kobayashi-2024/d0-exact-maps', {
  title: 'Feed-forward blocks fit into attention maps exactly',
  locator: `${PAPER}, the method; the formulas were derived again`,
  says: 'By Integrated Gradients feed-forward blocks can be put into norm-based attention maps without an approximation.',
  kind: 'exact',
  estimand: `Counterexamples to Q1–Q4, Q8, Q10, Q13 and Q17 among ${RUNS} random layers each, LayerNorm before or after the branches, five activations, float64, compared with a plain forward pass`,
  source: 'Algebra: the identities hold for any weights.',
  material: nothing,
  budget: { seconds: 30, megabytes: 600 },
  measure: async (_, { seed }) => ({
    ...(await checkProperties(mapProperties, { seed, runs: RUNS })),
    missed: await missedFaults(seed),
  }),
  criteria: noCounterexample,
  headline: ({ failed }) => ['identities with a counterexample', '', failed.length],
  n: ({ checked }) => RUNS * checked.length,
  sentence: ({ ours: { checked, failed } }) =>
    failed.length === 0
      ? `None of ${checked.length} identities met a counterexample in ${RUNS} random layers each: the contributions of tokens and biases sum to what the layer computes, its feed-forward block included.`
      : `${failed.join(', ')} met a counterexample.`,
  controls: [knownFaults],
  deviations: () => [
    'The paper leaves biases out of its maps; here they have a slot of their own, so that the sum can be checked.',
  ],
});
