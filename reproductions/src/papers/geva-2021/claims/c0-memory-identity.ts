import { claim } from '../../../claim';
import { checkProperties, noCounterexample } from '../../../claim/properties';
import { nothing } from '../../../materials/nothing';
import * as geva from '../geva';
import { fifthCaseWithBias, memoryProperties, withBias } from '../memory-properties';

const RUNS = 500;

export default claim('geva-2021/c0-memory-identity', {
  title: 'A feed-forward block is a key-value memory',
  locator: `${geva.PAPER}, section 2, equations 1 and 2`,
  says: 'A feed-forward layer equals a key-value memory up to the missing normalisation: its output is the sum of its values, each weighted by a non-negative coefficient.',
  kind: 'exact',
  estimand: `Counterexamples to P1–P5 and P13 among ${RUNS} random blocks each, float64, compared with an independent evaluation as two dense layers`,
  source: 'Algebra: the identities hold for any weights. The paper states them without an experiment.',
  material: nothing,
  budget: { seconds: 30, megabytes: 600 },
  measure: async (_, { seed }) => ({
    ...(await checkProperties(memoryProperties, { seed, runs: RUNS })),
    fifth: await fifthCaseWithBias(seed),
  }),
  criteria: noCounterexample,
  headline: ({ failed }) => ['identities with a counterexample', '', failed.length],
  n: ({ checked }) => RUNS * checked.length,
  sentence: ({ ours: { checked, failed } }) =>
    failed.length === 0
      ? `None of ${checked.length} identities met a counterexample in ${RUNS} random blocks each: a feed-forward block is the sum of its values, weighted by its coefficients.`
      : `${failed.join(', ')} met a counterexample.`,
  controls: [withBias],
  deviations: () => ['The paper leaves biases out of the formula; its code has them, and so does this.'],
});
