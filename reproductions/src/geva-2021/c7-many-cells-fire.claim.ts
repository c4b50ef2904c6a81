import {
  clusterIntervals,
  estimateOf,
  familyLevel,
  gridMedianOf,
  quantileOf,
  type Statistic,
} from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { depthSeries, type LayerValue, oursOf, PAPER, PAPER_NOTE, range, untrainedOf } from './depth-series';
import { KEYS_ALONE, negativeControls } from './negative-controls';
import { paperFigures } from './paper-figures';
import type { Reading } from './reading';
import { BUDGET, deviations, INTERVALS, NEEDS, SAMPLE, SOURCE } from './shared-record';
import { gevaSubject, type Subject } from './subject';

const controls = negativeControls({
  untrained: { expected: 'about half of the cells fire in every layer, so the criteria do not hold' },
  shuffled: {
    expected: 'layer 1 as in the trained model; the others see inputs that training never made',
    reported: KEYS_ALONE,
  },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c7-many-cells-fire',
    title: 'Many memory cells fire at once',
    locator: 'arXiv 2012.14913 v2, section 5.1, figure 7',
    claim: 'A typical prefix activates hundreds of cells in every layer, 10 to 50 % of them.',
    kind: 'measured',
    estimand: `Median over prefixes of the share of cells with a positive coefficient (interpolated within a cell), layer by layer, percent; ${SAMPLE}`,
    expected: {
      statement:
        "layer 1 has the highest median; those of the other layers lie between 5 and 30 %; all lie below the untrained model's, which is about 50 %",
      source: SOURCE,
    },
    sesoi: { value: 2, unit: 'points', why: 'about ten cells of 512' },
    decision:
      'Reproduced if layer 1 exceeds every other layer by more than 2 points, every other median lies in [5, 30] %, and every median is more than 5 points below the untrained one. Intervals are of 95 % after Bonferroni over the layers of each criterion.',
    scales: ['mini', 'checkpoint'],
    controls: controls.records,
    needs: NEEDS,
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { clusters, seed, depth, cells } = subject;
    const [ours, control] = [percentActive(subject.trained), percentActive(subject.untrained)];
    const medians = ours.map((values) => gridMedianOf(values, 100 / cells));
    const [headline, ...layers] = clusterIntervals(
      clusters,
      [
        { label: 'mean', of: (weights) => medians.reduce((sum, of) => sum + of(weights), 0) / depth },
        ...medians.map((of, i) => ({ label: `layer ${i + 1}`, of })),
      ],
      { level: 0.95, seed },
    );
    const untrained = control.map(summary);
    const medianRange = (layers: LayerValue[]) => range(layers.map(({ value }) => value));
    return {
      sentence: `The median prefix activates ${layers[0]!.estimate.toFixed(0)} % of the cells in layer 1 and ${range(layers.slice(1).map(({ estimate }) => estimate))} % in the others; in the untrained model ${medianRange(untrained)} %.`,
      headline: {
        name: `median share of active cells, mean of ${depth} layers`,
        unit: '%',
        method: INTERVALS,
        ...estimateOf(headline!),
      },
      n: clusters.length,
      dropped: subject.sample.dropped,
      criteria: [...criteriaOf(ours, subject), fewerThanUntrained(ours, control, subject)],
      controls: controls.outcomes(subject, (reading, which) => {
        const active = percentActive(reading);
        const compared = which === 'untrained' ? [] : [fewerThanUntrained(active, control, subject)];
        return {
          criteria: [...criteriaOf(active, subject), ...compared],
          detail: `${medianRange(active.map(summary))} % active`,
        };
      }),
      deviations: deviations(subject),
      figures: [
        {
          kind: 'depth',
          title: 'Share of active cells',
          unit: '% of cells, median over prefixes',
          range: [0, 70],
          series: [
            depthSeries(PAPER, 'paper', paperLayers()),
            depthSeries(
              oursOf(subject),
              'ours',
              layers.map(({ interval }, i) => ({ ...summary(ours[i]!), interval })),
            ),
            depthSeries(untrainedOf(subject), 'untrained', untrained),
          ],
          note: `Shaded: first to third quartile over prefixes. Whiskers: 95 % interval of the median. ${PAPER_NOTE}`,
        },
      ],
      tables: [],
    };
  },
);

const percentActive = ({ layers }: Reading): number[][] =>
  layers.map(({ active }) => Array.from(active, (share) => 100 * share));

function paperLayers(): LayerValue[] {
  const { q1, median, q3 } = paperFigures.active;
  return median.map((value, i) => ({ value, quartiles: [q1[i]!, q3[i]!] }));
}

function summary(values: readonly number[]): LayerValue {
  const ones = new Float64Array(values.length).fill(1);
  const [low, value, high] = [0.25, 0.5, 0.75].map((p) => quantileOf(values, p)(ones));
  return { value: value!, quartiles: [low!, high!] };
}

/** The two criteria that can be asked of any model alone. */
function criteriaOf(layers: readonly number[][], { clusters, seed, cells }: Subject): Criterion[] {
  const [first, ...others] = layers.map((values) => gridMedianOf(values, 100 / cells));
  const level = familyLevel(others.length);
  const label = (i: number) => `layer ${i + 2}`;
  return [
    {
      name: 'first-highest',
      statement: 'Layer 1 has the highest median (layer 1 minus each other layer, points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 2,
      level,
      parts: clusterIntervals(
        clusters,
        others.map((of, i) => ({ label: label(i), of: (weights) => first!(weights) - of(weights) })),
        { level, seed },
      ),
    },
    {
      name: 'others-sparse',
      statement: 'In every other layer 5 to 30 % of the cells are active',
      kind: 'band',
      low: 5,
      high: 30,
      sesoi: 2,
      level,
      parts: clusterIntervals(
        clusters,
        others.map((of, i) => ({ label: label(i), of })),
        { level, seed },
      ),
    },
  ];
}

function fewerThanUntrained(
  ours: readonly number[][],
  control: readonly number[][],
  { clusters, seed, depth, cells }: Subject,
): Criterion {
  const level = familyLevel(depth);
  const statistics = ours.map((values, i) => {
    const [trained, untrained] = [values, control[i]!].map((each) => gridMedianOf(each, 100 / cells)) as [
      Statistic['of'],
      Statistic['of'],
    ];
    return { label: `layer ${i + 1}`, of: (weights: Float64Array) => untrained(weights) - trained(weights) };
  });
  return {
    name: 'below-untrained',
    statement: 'Fewer cells are active than without training (untrained minus trained, points)',
    kind: 'direction',
    from: 0,
    side: 'above',
    sesoi: 5,
    level,
    parts: clusterIntervals(clusters, statistics, { level, seed }),
  };
}
