import fc from 'fast-check';
import { defineClaim } from '../harness/define-claim';
import { memoryProperties } from './c0-properties';

const RUNS = 500;

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c0-memory-identity',
    title: 'A feed-forward block is a key-value memory',
    locator: 'arXiv 2012.14913 v2, section 2, equations 1 and 2',
    claim:
      'A feed-forward layer equals a key-value memory up to the missing normalisation: its output is the sum of its values, each weighted by a non-negative coefficient.',
    kind: 'exact',
    estimand: `Counterexamples to P1–P5 and P13 among ${RUNS} random blocks each, float64, compared with an independent evaluation as two dense layers`,
    expected: {
      statement: 'no counterexample',
      source: 'Algebra: the identities hold for any weights. The paper states them without an experiment.',
    },
    decision: 'Not one counterexample to any of the properties.',
    scales: ['exact'],
    controls: [
      {
        name: 'readout with a bias',
        kind: 'positive',
        description: 'The search for a fifth case (P5) with a readout bias, under which one exists',
        expected: 'the search finds it, so it could have found one without bias',
      },
    ],
    needs: [],
    budget: { seconds: 30, megabytes: 600 },
  },
  async ({ seed }) => {
    const found = [];
    for (const { id, statement, property } of memoryProperties) {
      const { failed, numRuns, counterexample } = await fc.check(property, { seed, numRuns: RUNS });
      found.push({ id, statement, failed, numRuns, counterexample });
    }
    const fifth = await fifthCaseWithBias(seed);
    const failed = found.filter((each) => each.failed);
    return {
      sentence:
        failed.length === 0
          ? `None of ${found.length} identities met a counterexample in ${RUNS} random blocks each: a feed-forward block is the sum of its values, weighted by its coefficients.`
          : `${failed.map(({ id }) => id).join(', ')} met a counterexample.`,
      headline: {
        name: 'identities with a counterexample',
        value: failed.length,
        unit: '',
        method: `${RUNS} random blocks for each identity`,
        monteCarloError: 0,
      },
      n: RUNS * found.length,
      dropped: [],
      criteria: found.map(({ id, statement, failed: wrong }) => ({
        name: id,
        statement: `${id}: ${statement}`,
        kind: 'exact' as const,
        value: 0,
        level: 1,
        parts: [
          {
            label: 'counterexamples',
            estimate: wrong ? 1 : 0,
            interval: [wrong ? 1 : 0, wrong ? 1 : 0] as [number, number],
          },
        ],
      })),
      controls: [
        {
          name: 'readout with a bias',
          kind: 'positive',
          outcome: fifth ? 'passed' : 'failed',
          detail: fifth
            ? 'a fifth case was found as soon as the readout had a bias'
            : 'no fifth case was found with a bias either',
        },
      ],
      deviations: ['The paper leaves biases out of the formula; its code has them, and so does this.'],
      figures: [],
      tables: [],
    };
  },
);

/** Whether random search meets residual and block that agree on a token while their sum does not, when logits get a bias. */
async function fifthCaseWithBias(seed: number): Promise<boolean> {
  const pair = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
  const argmax = (values: number[]) => values.indexOf(Math.max(...values));
  const { failed } = await fc.check(
    fc.property(pair, pair, pair, (r, y, bias) => {
      const readout = (h: number[]) => argmax(h.map((value, i) => value + bias[i]!));
      return readout(r) !== readout(y) || readout(r.map((value, i) => value + y[i]!)) === readout(r);
    }),
    { seed, numRuns: 1000 },
  );
  return failed;
}
