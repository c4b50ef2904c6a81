import { clusterIntervals, estimateOf, familyLevel, percentOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { atPaperSize } from './at-paper-size';
import { bookkeepingControl, bookkeepingRecord } from './bookkeeping';
import { depthSeries, oursOf, PAPER, PAPER_NOTE, range, untrainedOf } from './depth-series';
import { COMPARED, negativeControls } from './negative-controls';
import { paperFigures } from './paper-figures';
import type { Reading } from './reading';
import { BUDGET, deviations, INTERVALS, NEEDS, readoutNote, SAMPLE, SOURCE } from './shared-record';
import { gevaSubject, type Subject } from './subject';

const WHY =
  'With 512 cells and 4,096 tokens some cell has the predicted token by chance far more often than in the paper’s model; 20 to 50 % is normal at this size, so the paper’s level is only reported.';

const controls = negativeControls({
  untrained: { expected: 'as high as the trained model’s or higher', reported: COMPARED },
  shuffled: { expected: 'not the paper’s level in every layer; where that is not asserted, the control is shown only' },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c8-zero-agreement',
    title: 'A layer’s prediction is usually no single cell’s',
    locator: 'arXiv 2012.14913 v2, section 5.1, figure 8',
    claim:
      'In every layer the feed-forward output’s top token differs from every cell’s top token in at least about 68 % of the prefixes (66.7 % by the figure).',
    kind: 'measured',
    estimand: `Share of prefixes with zero agreement, ∀i: top(vᵢ) ≠ top(y), over all cells, layer by layer, percent; ${SAMPLE}`,
    expected: {
      statement:
        'at scale mini only a comparison: the untrained model shows zero agreement as often or more, so its height is no sign of learning; 66 % and more is the paper’s and not asserted here',
      source: SOURCE,
    },
    sesoi: { value: 5, unit: 'points', why: 'layers of one model differ by more than that from each other' },
    decision:
      'The comparison holds if the untrained model’s mean share over layers is not more than 5 points below the trained one’s (95 % interval). The paper’s level is declared but not asserted at this size, so the claim can at best be partially reproduced.',
    scales: ['mini', 'checkpoint'],
    controls: [...controls.records, bookkeepingRecord],
    needs: NEEDS,
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { trained, untrained, clusters, seed, depth } = subject;
    const [ours, control] = [allCells(trained), allCells(untrained)];
    const mean = (layers: typeof ours) => (weights: Float64Array) =>
      layers.reduce((sum, of) => sum + of(weights), 0) / depth;
    const intervals = (statistics: typeof ours) =>
      clusterIntervals(
        clusters,
        statistics.map((of, i) => ({ label: `layer ${i + 1}`, of })),
        { level: 0.95, seed },
      ).map(estimateOf);
    const [average, difference] = clusterIntervals(
      clusters,
      [
        { label: 'mean over layers', of: mean(ours) },
        { label: 'mean over layers', of: (weights) => mean(control)(weights) - mean(ours)(weights) },
      ],
      { level: 0.95, seed },
    );
    const [layers, untrainedLayers] = [intervals(ours), intervals(control)];
    const values = (list: { value: number }[]) => range(list.map(({ value }) => value));
    const ones = new Float64Array(clusters.length).fill(1);
    const variant = (reading: Reading, name: 'all' | 'active' | 'asCoded') =>
      reading.layers.map(({ zero }) => Number(percentOf(zero[name])(ones).toFixed(1)));
    const rows = (['all', 'active', 'asCoded'] as const).flatMap((name) => {
      const label = {
        all: 'y, all cells (definition)',
        active: 'y, active cells',
        asCoded: 'o, active cells (as coded)',
      }[name];
      return [
        [label, 'trained', ...variant(trained, name)],
        [label, 'untrained', ...variant(untrained, name)],
        [label, 'shuffled pairs', ...variant(subject.shuffled, name)],
      ];
    });
    return {
      sentence: `The block’s prediction is no single cell’s in ${values(layers)} % of the prefixes, by layer; in the untrained model in ${values(untrainedLayers)} %. High zero agreement is no sign of learning; the paper’s level (67 to 96 %) is not asserted at this size.`,
      headline: {
        name: `zero agreement, mean of ${depth} layers`,
        unit: '%',
        method: INTERVALS,
        ...estimateOf(average!),
      },
      n: clusters.length,
      dropped: subject.sample.dropped,
      criteria: [
        {
          name: 'untrained-as-high',
          statement: 'Untrained minus trained is at least −5 points',
          kind: 'band',
          low: -5,
          high: null,
          sesoi: 5,
          level: 0.95,
          parts: [difference!],
        },
        paperLevel(trained, subject),
      ],
      controls: [
        ...controls.outcomes(subject, (reading) => ({
          // What is compared with the untrained model has no control of its own; what the paper says has.
          criteria: [paperLevel(reading, subject)],
          detail: `${range(variant(reading, 'all'))} % zero agreement`,
        })),
        bookkeepingControl(subject),
      ],
      deviations: [
        ...deviations(subject),
        readoutNote(trained.readout),
        'Over all cells and with the block’s own output y, as the paper defines it; the authors’ script compares the layer’s output o with active cells (in the table).',
      ],
      figures: [
        {
          kind: 'depth',
          title: 'Zero agreement',
          unit: '% of prefixes',
          range: [0, 100],
          series: [
            depthSeries(PAPER, 'paper', paperFigures.zeroAgreement),
            depthSeries(oursOf(subject), 'ours', layers),
            depthSeries(untrainedOf(subject), 'untrained', untrainedLayers),
          ],
          note: `Whiskers: 95 % intervals. ${PAPER_NOTE}`,
        },
      ],
      tables: [
        {
          title: 'Other readings of zero agreement, % of prefixes',
          columns: ['compared with', 'model', ...Array.from({ length: depth }, (_, i) => `layer ${i + 1}`)],
          rows,
        },
      ],
    };
  },
);

const allCells = ({ layers }: Reading) => layers.map(({ zero }) => percentOf(zero.all));

function paperLevel(reading: Reading, { clusters, seed, depth, scale }: Subject): Criterion {
  const level = familyLevel(depth);
  return atPaperSize(scale, WHY, {
    name: 'paper-level',
    statement: 'At least 66 % in every layer',
    kind: 'band',
    low: 66,
    high: null,
    sesoi: 5,
    level,
    parts: clusterIntervals(
      clusters,
      allCells(reading).map((of, i) => ({ label: `layer ${i + 1}`, of })),
      { level, seed },
    ),
  });
}
