import { clusterIntervals, estimateOf, familyLevel, quantileOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { bookkeepingControl, bookkeepingRecord } from './bookkeeping';
import { depthSeries, type LayerValue, oursOf, PAPER, PAPER_NOTE, untrainedOf } from './depth-series';
import { negativeControls, STREAM } from './negative-controls';
import { paperFigures } from './paper-figures';
import { perStep } from './per-step';
import type { Reading } from './reading';
import { BUDGET, deviations, INTERVALS, NEEDS, readoutNote, SAMPLE, SOURCE } from './shared-record';
import { gevaSubject, type Subject } from './subject';

const FACTOR = 1.15;

const controls = negativeControls({
  untrained: { expected: 'at most 0.002 in a pilot, without steady growth' },
  shuffled: { expected: 'growing all the same', reported: STREAM },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c11-confidence-grows',
    title: 'The residual’s confidence in the final token grows with depth',
    locator: 'arXiv 2012.14913 v2, section 5.2, figure 10',
    claim: 'The probability that the residual stream gives to the model’s final token grows from layer to layer.',
    kind: 'measured',
    estimand: `Median over prefixes of softmax(r · Eᵀ)[top(o of the last layer)], layer by layer; ${SAMPLE}`,
    expected: { statement: 'medians strictly increasing over layers', source: SOURCE },
    sesoi: {
      value: Math.log(FACTOR),
      unit: 'natural log of the ratio of medians',
      why: 'growth by less than 15 % a layer would multiply the confidence by two over the whole model, where the paper’s grows by hundreds',
    },
    decision:
      'Reproduced if from every layer to the next the median grows by a factor above 1.15 (log ratio above 0.14, in a model of L > 6 layers 0.84 / L; 95 % after Bonferroni over the steps).',
    scales: ['mini', 'checkpoint'],
    controls: [...controls.records, bookkeepingRecord],
    needs: NEEDS,
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { trained, untrained, clusters, seed, depth } = subject;
    const [ours, control] = [confidences(trained), confidences(untrained)];
    const layers = clusterIntervals(
      clusters,
      ours.map((values, i) => ({ label: `layer ${i + 1}`, of: quantileOf(values, 0.5) })),
      { level: 0.95, seed },
    );
    const top = layers.at(-1)!;
    const untrainedLayers = control.map(summary);
    const highest = (medians: LayerValue[]) => Math.max(...medians.map(({ value }) => value)).toFixed(4);
    return {
      sentence: `The median probability of the final token is ${layers.map(({ estimate }) => estimate.toFixed(3)).join(', ')}, from layer 1 to ${depth}; in the untrained model at most ${highest(untrainedLayers)} (a uniform guess is ${(1 / trained.vocabulary).toFixed(4)}).`,
      headline: { name: `median confidence at layer ${depth}`, unit: '', method: INTERVALS, ...estimateOf(top) },
      n: clusters.length,
      dropped: subject.sample.dropped,
      criteria: criteriaOf(ours, subject),
      controls: [
        ...controls.outcomes(subject, (reading) => {
          const asked = confidences(reading);
          return { criteria: criteriaOf(asked, subject), detail: `median at most ${highest(asked.map(summary))}` };
        }),
        bookkeepingControl(subject),
      ],
      deviations: [...deviations(subject), readoutNote(trained.readout)],
      figures: [
        {
          kind: 'depth',
          title: 'Probability of the final token by the residual',
          unit: 'median over prefixes',
          series: [
            depthSeries(PAPER, 'paper', paperLayers()),
            depthSeries(
              oursOf(subject),
              'ours',
              layers.map(({ interval }, i) => ({ ...summary(ours[i]!), interval })),
            ),
            depthSeries(untrainedOf(subject), 'untrained', untrainedLayers),
          ],
          note: `Shaded: first to third quartile over prefixes. Whiskers: 95 % interval of the median. ${PAPER_NOTE}`,
        },
      ],
      tables: [],
    };
  },
);

const confidences = ({ layers }: Reading): number[][] => layers.map(({ confidence }) => Array.from(confidence));

function paperLayers(): LayerValue[] {
  const { q1, median, q3 } = paperFigures.confidence;
  return median.map((value, i) => ({ value, quartiles: [q1[i]!, q3[i]!] }));
}

function summary(values: readonly number[]): LayerValue {
  const ones = new Float64Array(values.length).fill(1);
  const [low, value, high] = [0.25, 0.5, 0.75].map((p) => quantileOf(values, p)(ones));
  return { value: value!, quartiles: [low!, high!] };
}

function criteriaOf(layers: readonly number[][], { clusters, seed, depth }: Subject): Criterion[] {
  const median = layers.map((values) => quantileOf(values, 0.5));
  const level = familyLevel(median.length - 1);
  const steps = median.slice(1).map((of, i) => ({
    label: `layer ${i + 1} to ${i + 2}`,
    of: (weights: Float64Array) => Math.log(of(weights) / median[i]!(weights)),
  }));
  return [
    {
      name: 'increasing',
      statement: 'The median grows from each layer to the next (log of the ratio)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: Math.log(FACTOR) * perStep(depth),
      level,
      parts: clusterIntervals(clusters, steps, { level, seed }),
    },
  ];
}
