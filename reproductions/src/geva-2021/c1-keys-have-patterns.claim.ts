import { wilson } from '@interlayer/stats';
import { estimateOf, familyLevel, meanOf, sharePercent } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { atPaperSize } from './at-paper-size';
import { deadKeys } from './dead-keys';
import { depthSeries, oursOf, PAPER, PAPER_NOTE, range, shuffledOf, untrainedOf } from './depth-series';
import { keyIntervals } from './key-statistics';
import { ANNOTATED, type Group, type LayerPatterns, PATTERN_KEYS, type Patterns } from './measure-patterns';
import { COMPARED, KEYS_ALONE, negativeControls } from './negative-controls';
import { paperFigures } from './paper-figures';
import { coveredShare } from './pattern-shares';
import {
  DEDUPE,
  deviations,
  KEY_INTERVALS,
  SOURCE,
  TRIGGER_BUDGET,
  TRIGGER_NEEDS,
  TRIGGER_SAMPLE,
} from './shared-record';
import { gevaPatterns, type SharedPatterns } from './subject';

/** Groups of random prefixes with an accepted pattern may be this frequent: the level of the test. */
const FALSE_PATTERNS = 0.01;

const controls = negativeControls({
  untrained: {
    expected: 'a modal share of about 0.2: similar inputs have similar scores without any training',
    reported: COMPARED,
  },
  shuffled: { expected: 'layer 1 as in the trained model, the others near it', reported: KEYS_ALONE },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c1-keys-have-patterns',
    title: 'What triggers a key has something in common (proxy)',
    locator: 'arXiv 2012.14913 v2, section 3.1, figure 2',
    claim:
      'Annotators found at least one pattern in the triggers of all 160 keys, 3.6 a key on average, covering 65 to 80 % of the triggers.',
    kind: 'proxy',
    estimand: `A stand-in for human readers: share of the modal last token among the ${ANNOTATED} best triggers of each key, mean over all keys of a layer, as a ratio to the untrained model's; and for ${PATTERN_KEYS} random keys a layer, suffixes of 1 to 3 tokens and content words that at least 3 triggers share more often than chance (hypergeometric, Holm, p ≤ 0.01); ${TRIGGER_SAMPLE}`,
    expected: {
      statement: "in every layer the modal last token's share is at least twice the untrained model's",
      source: SOURCE,
    },
    sesoi: { value: 0.25, unit: 'ratio', why: 'an eighth of the factor that is asked for' },
    decision:
      'Reproduced, as far as a proxy can tell, if in every layer the ratio is at least 2 (95 % over keys of both models, after Bonferroni over the layers). How many keys have a pattern is declared but not asserted at scale mini: the number is the proxy’s, not the annotators’.',
    scales: ['mini', 'checkpoint'],
    controls: [
      ...controls.records,
      {
        name: 'random prefixes',
        kind: 'negative',
        description: 'The search for patterns in as many groups of random prefixes',
        expected: 'a pattern in at most 1 % of them',
      },
    ],
    needs: TRIGGER_NEEDS,
    restsOn: ['P10'],
    budget: TRIGGER_BUDGET,
  },
  async (context) => {
    const subject = await gevaPatterns(context);
    const { trained, untrained, shuffled, depth, seed } = subject;
    const shares = (layers: readonly LayerPatterns[]) => layers.map(({ modal }) => 100 * meanShare(modal));
    const patterned = (groups: readonly Group[]) => groups.filter(({ patterns }) => patterns.length > 0).length;
    const all = trained.layers.flatMap(({ groups }) => groups);
    const control = untrained.layers.flatMap(({ groups }) => groups);
    const random = [...trained.random, ...untrained.random];
    const count = (groups: readonly Group[]) =>
      groups.reduce((sum, { patterns }) => sum + patterns.length, 0) / groups.length;
    const [ourShares, theirShares] = [shares(trained.layers), shares(untrained.layers)];
    const told = ({ layers }: Patterns) => {
      const groups = layers.flatMap((layer) => layer.groups);
      return `modal share ${range(shares(layers))} %, a pattern in ${percent(groups)} % of the keys, covering ${coveredShare(groups).toFixed(0)} % of the triggers`;
    };
    const bound = wilson(patterned(random), random.length);
    const alive = trained.layers.flatMap(({ modal }) => Array.from(modal)).filter((share) => share > 0);
    const [average] = keyIntervals(alive.length, [{ label: 'mean', of: meanOf(alive.map((share) => 100 * share)) }], {
      level: 0.95,
      seed,
    });
    const percent = (groups: readonly Group[]) => ((100 * patterned(groups)) / groups.length).toFixed(0);
    return {
      sentence: `The modal last token ends ${range(ourShares)} % of a key's ${ANNOTATED} best triggers, by layer (untrained: ${range(theirShares)} %). The proxy finds a pattern in ${percent(all)} % of the keys (untrained ${percent(control)} %, random prefixes ${percent(random)} %), ${count(all).toFixed(1)} a key, covering ${coveredShare(all).toFixed(0)} % of the triggers; annotators: 100 %, 3.6 and 65 to 80 %.`,
      headline: {
        name: 'share of the modal last token, mean over keys',
        unit: '%',
        method: KEY_INTERVALS,
        ...estimateOf(average!),
      },
      n: all.length,
      dropped: deadKeys(subject.memories, 'they have no patterns'),
      criteria: criteriaOf(trained, subject),
      controls: [
        ...controls.outcomes(subject, (patterns, which) => ({
          ...(which === 'shuffled' ? { criteria: criteriaOf(patterns, subject) } : {}),
          detail: told(patterns),
        })),
        {
          name: 'random prefixes',
          kind: 'negative',
          outcome: bound.lower <= FALSE_PATTERNS ? 'passed' : 'failed',
          detail: `a pattern in ${patterned(random)} of ${random.length} groups`,
        },
      ],
      deviations: [
        ...deviations(subject),
        DEDUPE,
        'No human reads anything: a shared word is not a pattern identified by experts, and a meaning that no word shows is missed.',
      ],
      figures: [
        {
          kind: 'depth',
          title: 'Share of the modal last token, and triggers that a pattern covers',
          unit: '% of the best 25 triggers',
          range: [0, 100],
          series: [
            depthSeries(
              `covered by annotators' patterns, ${PAPER}`,
              'paper',
              paperFigures.patterns.map(([, , , none]) => ({ value: 100 - none })),
              1,
            ),
            depthSeries(
              `covered, ${oursOf(subject)}`,
              'ours',
              trained.layers.map(({ groups }) => ({ value: coveredShare(groups) })),
              1,
            ),
            depthSeries(
              'covered, untrained',
              'untrained',
              untrained.layers.map(({ groups }) => ({ value: coveredShare(groups) })),
              1,
            ),
            depthSeries(`modal last token, ${oursOf(subject)}`, 'ours', ourShares, 0),
            depthSeries(`modal last token, ${untrainedOf(subject)}`, 'untrained', theirShares, 0),
          ],
          note: `Coverage by a proxy on our side, by human readers on the paper's. ${PAPER_NOTE}`,
        },
      ],
      tables: [
        {
          title: `Keys with a pattern by the proxy, of ${PATTERN_KEYS} a layer`,
          columns: ['model', ...Array.from({ length: depth }, (_, i) => `layer ${i + 1}`), 'random prefixes'],
          rows: [
            [oursOf(subject), ...trained.layers.map(({ groups }) => patterned(groups)), patterned(trained.random)],
            [
              untrainedOf(subject),
              ...untrained.layers.map(({ groups }) => patterned(groups)),
              patterned(untrained.random),
            ],
            [
              shuffledOf(subject),
              ...shuffled.layers.map(({ groups }) => patterned(groups)),
              patterned(shuffled.random),
            ],
          ],
        },
      ],
    };
  },
);

function criteriaOf({ layers }: Patterns, { untrained, depth, seed, scale }: SharedPatterns): Criterion[] {
  const level = familyLevel(depth);
  const parts = layers.map(({ modal }, layer) => {
    const [ours, theirs] = [modal, untrained.layers[layer]!.modal].map((all) => all.filter((share) => share > 0));
    const both = [...ours!, ...theirs!];
    const of = (weights: Float64Array) => {
      const mean = (from: number, to: number) => {
        let [sum, total] = [0, 0];
        for (let i = from; i < to; i++) {
          sum += weights[i]! * both[i]!;
          total += weights[i]!;
        }
        return sum / total;
      };
      return mean(0, ours!.length) / mean(ours!.length, both.length);
    };
    return keyIntervals(both.length, [{ label: `layer ${layer + 1}`, of }], { level, seed })[0]!;
  });
  return [
    {
      name: 'shared-last-token',
      statement: "The modal last token's share is at least twice the untrained model's (ratio)",
      kind: 'band',
      low: 2,
      high: null,
      sesoi: 0.25,
      level,
      parts,
    },
    atPaperSize(scale, 'Annotators saw what wording does not show, and the proxy what they would not have counted.', {
      name: 'every-key',
      statement: 'The proxy finds a pattern in at least 95 % of the keys of every layer',
      kind: 'band',
      low: 95,
      high: null,
      sesoi: 5,
      level: 0.95,
      parts: layers.map(({ groups }, layer) => {
        const { value, interval } = sharePercent(groups.map(({ patterns }) => patterns.length > 0));
        return { label: `layer ${layer + 1}`, estimate: value, interval };
      }),
    }),
  ];
}

const meanShare = (shares: Float64Array): number => {
  const alive = shares.filter((share) => share > 0);
  return alive.reduce((sum, share) => sum + share, 0) / alive.length;
};
