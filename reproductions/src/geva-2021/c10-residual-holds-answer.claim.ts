import { residualHit } from '@interlayer/ffn-memory';
import { clusterIntervals, estimateOf, familyLevel, percentOf, sharePercent } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { bookkeepingControl, bookkeepingRecord } from './bookkeeping';
import { depthSeries, oursOf, PAPER, PAPER_NOTE, range, untrainedOf } from './depth-series';
import { negativeControls, STREAM } from './negative-controls';
import { paperFigures } from './paper-figures';
import { perStep } from './per-step';
import type { Reading } from './reading';
import { BUDGET, deviations, INTERVALS, NEEDS, readoutNote, SAMPLE, SOURCE } from './shared-record';
import { gevaSubject, type Subject } from './subject';

const controls = negativeControls({
  untrained: { expected: '0 to 40 % in a pilot, so the criteria do not hold' },
  shuffled: { expected: 'increasing all the same', reported: STREAM },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c10-residual-holds-answer',
    title: 'The residual already holds the answer, ever more often with depth',
    locator: 'arXiv 2012.14913 v2, section 5.2, figure 9',
    claim:
      'The share of prefixes for which the residual stream before a feed-forward block already points at the model’s final token grows with every layer.',
    kind: 'measured',
    estimand: `Share of prefixes with top(r) = top(o of the last layer), layer by layer, percent; ${SAMPLE}`,
    expected: {
      statement: 'strictly increasing over layers; at least 70 % at the top layer',
      source: SOURCE,
    },
    sesoi: { value: 3, unit: 'points', why: 'under a fifth of the paper’s average climb, stretched to six layers' },
    decision:
      'Reproduced if every step from one layer to the next is larger than 3 points (in a model of L > 6 layers 18 / L points; 95 % after Bonferroni over the steps) and the share at the top layer is at least 70 % (95 %).',
    scales: ['mini', 'checkpoint'],
    controls: [...controls.records, bookkeepingRecord],
    needs: NEEDS,
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { trained, untrained, clusters, seed, depth } = subject;
    const [ours, control] = [hits(trained), hits(untrained)];
    const layers = clusterIntervals(
      clusters,
      ours.map((hit, i) => ({ label: `layer ${i + 1}`, of: percentOf(hit) })),
      { level: 0.95, seed },
    );
    const top = layers.at(-1)!;
    const untrainedShares = control.map(sharePercent);
    const told = (layers: readonly boolean[][]) => range(layers.map((hit) => sharePercent(hit).value));
    return {
      sentence: `The residual points at the final token in ${layers.map(({ estimate }) => estimate.toFixed(0)).join(', ')} % of the prefixes, from layer 1 to ${depth}; in the untrained model in ${told(control)} %.`,
      headline: { name: `residual hits at layer ${depth}`, unit: '%', method: INTERVALS, ...estimateOf(top) },
      n: clusters.length,
      dropped: subject.sample.dropped,
      criteria: criteriaOf(ours, subject),
      controls: [
        ...controls.outcomes(subject, (reading) => ({
          criteria: criteriaOf(hits(reading), subject),
          detail: `hits in ${told(hits(reading))} %`,
        })),
        bookkeepingControl(subject),
      ],
      deviations: [...deviations(subject), readoutNote(trained.readout)],
      figures: [
        {
          kind: 'depth',
          title: 'Residual already points at the final token',
          unit: '% of prefixes',
          range: [0, 100],
          series: [
            depthSeries(PAPER, 'paper', paperFigures.residualHit),
            depthSeries(
              oursOf(subject),
              'ours',
              // A share of exactly 0 or 100 % does not vary over resamples: Wilson's interval stands in.
              layers.map(({ estimate, interval }, i) =>
                Number.isFinite(interval[0]) ? { value: estimate, interval } : sharePercent(ours[i]!),
              ),
            ),
            depthSeries(untrainedOf(subject), 'untrained', untrainedShares),
          ],
          note: `Whiskers: 95 % intervals. A stream that small initial weights hardly change points at one token throughout: the untrained model can score high, but it does not climb. ${PAPER_NOTE}`,
        },
      ],
      tables: subject.bare
        ? [
            {
              title: 'Residual hits under the bare readout r · Eᵀ, % of contexts',
              columns: ['layer', 'trained', 'untrained'],
              rows: hits(subject.bare.trained).map((hit, i) => [
                i + 1,
                sharePercent(hit).value,
                sharePercent(hits(subject.bare!.untrained)[i]!).value,
              ]),
            },
          ]
        : [],
    };
  },
);

const hits = ({ layers, final }: Reading): boolean[][] => layers.map(({ r }) => residualHit(r, final));

function criteriaOf(layers: readonly boolean[][], { clusters, seed, depth }: Subject): Criterion[] {
  const share = layers.map(percentOf);
  const steps = share.slice(1).map((of, i) => ({
    label: `layer ${i + 1} to ${i + 2}`,
    of: (weights: Float64Array) => of(weights) - share[i]!(weights),
  }));
  const level = familyLevel(steps.length);
  return [
    {
      name: 'increasing',
      statement: 'The share grows from each layer to the next (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 3 * perStep(depth),
      level,
      parts: clusterIntervals(clusters, steps, { level, seed }),
    },
    {
      name: 'top-layer',
      statement: 'At the top layer it is at least 70 %',
      kind: 'band',
      low: 70,
      high: null,
      sesoi: 3,
      level: 0.95,
      parts: clusterIntervals(clusters, [{ label: `layer ${layers.length}`, of: share.at(-1)! }], {
        level: 0.95,
        seed,
      }),
    },
  ];
}
