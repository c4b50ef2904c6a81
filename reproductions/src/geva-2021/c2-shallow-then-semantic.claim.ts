import { clusterIntervals, estimateOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { oursOf, PAPER_NOTE, untrainedOf } from './depth-series';
import { ANNOTATED, type Group, type LayerPatterns, PATTERN_KEYS } from './measure-patterns';
import { KEYS_ALONE, negativeControls } from './negative-controls';
import { paperFigures } from './paper-figures';
import { coverageShare, coverages } from './pattern-shares';
import {
  DEDUPE,
  deviations,
  KEY_INTERVALS,
  SOURCE,
  TRIGGER_BUDGET,
  TRIGGER_NEEDS,
  TRIGGER_SAMPLE,
} from './shared-record';
import { gevaPatterns, type Sized } from './subject';

const controls = negativeControls({
  untrained: { expected: 'no gradient, so the criteria do not hold' },
  shuffled: { expected: 'no gradient beyond the trained model’s', reported: KEYS_ALONE },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c2-shallow-then-semantic',
    title: 'Lower layers see wording, upper layers meaning (proxy)',
    locator: 'arXiv 2012.14913 v2, section 3.1, figure 2',
    claim:
      'Shallow patterns, often a shared last word, dominate layers 1 to 9; semantic ones dominate 10 to 16 (by the figure, semantic only: 13 % of the triggers below, 41 % above; shallow only: 49 and 19 %).',
    kind: 'proxy',
    estimand: `A stand-in for human labels: share of triggers that carry accepted suffix patterns only, and content-word patterns only, mean over ${PATTERN_KEYS} random keys a layer (${ANNOTATED} triggers each), lower half of the layers against the upper, points; ${TRIGGER_SAMPLE}`,
    expected: {
      statement:
        'the paper: shallow falls, semantic rises; in a pilot at this size the share of the last token was flat over six layers, so little is expected',
      source: SOURCE,
    },
    sesoi: {
      value: 5,
      unit: 'points',
      why: 'a fifth of the paper’s differences between halves of its layers (23 and 24 points)',
    },
    decision:
      'Reproduced, as far as a proxy can tell, if shallow-only patterns cover more triggers in the lower half than in the upper by more than 5 points, and semantic-only ones more in the upper (each 95 % over keys).',
    scales: ['mini', 'checkpoint'],
    controls: controls.records,
    needs: TRIGGER_NEEDS,
    restsOn: ['P10'],
    budget: TRIGGER_BUDGET,
  },
  async (context) => {
    const subject = await gevaPatterns(context);
    const { trained, untrained } = subject;
    const criteria = criteriaOf(trained.layers, subject);
    const [shallow, semantic] = criteria.map(({ parts }) => parts[0]!);
    const shares = (layers: readonly LayerPatterns[]) =>
      layers.map(({ groups }) => coverages.map((kind) => coverageShare(groups, kind)));
    const topical = (groups: readonly Group[]) => groups.filter((group) => group.topical).length;
    return {
      sentence: `By the proxy, shallow-only patterns cover ${shallow!.estimate.toFixed(0)} points more of the triggers in the lower half of the layers than in the upper, semantic-only ones ${semantic!.estimate.toFixed(0)} points more in the upper half (paper, by halves of 16: 23 and 24).`,
      headline: {
        name: 'semantic-only, upper minus lower half',
        unit: 'points',
        method: KEY_INTERVALS,
        ...estimateOf(semantic!),
      },
      n: trained.layers.reduce((sum, { groups }) => sum + groups.length, 0),
      dropped: [],
      criteria,
      controls: controls.outcomes(subject, ({ layers }) => {
        const asked = criteriaOf(layers, subject);
        return {
          criteria: asked,
          detail: `${asked.map(({ parts }) => parts[0]!.estimate.toFixed(0)).join(' and ')} points`,
        };
      }),
      deviations: [
        ...deviations(subject),
        DEDUPE,
        'A content word before the last three tokens stands for meaning, a shared ending for wording; the paper’s labels are people’s.',
      ],
      figures: [
        {
          kind: 'stacked',
          title: 'Triggers by the kind of pattern that they carry',
          unit: '% of triggers',
          parts: [...coverages],
          panels: [
            { name: 'paper (people)', role: 'paper', layers: paperFigures.patterns.map((row) => [...row]) },
            { name: `${oursOf(subject)} (proxy)`, role: 'ours', layers: shares(trained.layers) },
            { name: `${untrainedOf(subject)} (proxy)`, role: 'untrained', layers: shares(untrained.layers) },
          ],
          note: PAPER_NOTE,
        },
      ],
      tables: [
        {
          title:
            'Keys whose triggers are more alike in their words than 99 % of random groups (tf-idf, last token left out)',
          columns: ['model', ...trained.layers.map((_, i) => `layer ${i + 1}`)],
          rows: [
            [oursOf(subject), ...trained.layers.map(({ groups }) => topical(groups))],
            [untrainedOf(subject), ...untrained.layers.map(({ groups }) => topical(groups))],
          ],
        },
      ],
    };
  },
);

function criteriaOf(layers: readonly LayerPatterns[], { seed, depth }: Sized): Criterion[] {
  const keys = layers.flatMap(({ groups }, layer) => groups.map((group) => ({ group, upper: layer >= depth / 2 })));
  const units = keys.map((_, i) => i);
  const difference = (kind: 'shallow' | 'semantic', sign: 1 | -1) => {
    const shares = keys.map(({ group }) => coverageShare([group], kind));
    const of = (weights: Float64Array) => {
      const [sums, totals] = [
        [0, 0],
        [0, 0],
      ];
      for (const [i, { upper }] of keys.entries()) {
        const half = upper ? 1 : 0;
        sums[half]! += weights[i]! * shares[i]!;
        totals[half]! += weights[i]!;
      }
      return sign * (sums[1]! / totals[1]! - sums[0]! / totals[0]!);
    };
    const label = sign === 1 ? 'upper minus lower half' : 'lower minus upper half';
    return clusterIntervals(units, [{ label, of }], { level: 0.95, seed });
  };
  return [
    {
      name: 'shallow-falls',
      statement: 'Shallow-only patterns cover more triggers in the lower half of the layers (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 5,
      level: 0.95,
      parts: difference('shallow', -1),
    },
    {
      name: 'semantic-rises',
      statement: 'Semantic-only patterns cover more triggers in the upper half (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 5,
      level: 0.95,
      parts: difference('semantic', 1),
    },
  ];
}
