import { type Mutation, mutations } from '@interlayer/ffn-memory';
import { clusterIntervals, estimateOf, familyLevel, meanOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion, Part } from '../harness/verdict';
import { atPaperSize } from './at-paper-size';
import { depthSeries, PAPER_NOTE, range } from './depth-series';
import type { KeyMutations } from './measure-mutations';
import { KEYS_ALONE, negativeControls } from './negative-controls';
import { paperFigures } from './paper-figures';
import {
  DEDUPE,
  deviations,
  KEY_INTERVALS,
  SOURCE,
  TRIGGER_BUDGET,
  TRIGGER_NEEDS,
  TRIGGER_SAMPLE,
} from './shared-record';
import { gevaMutations, MUTATED, type Sized } from './subject';

const WHY_FLAT =
  'In a pilot at this size the effect of the last token was the same in all six layers (−77 to −87 %). The paper: −72 % in layer 1, −50 % in layer 16.';

const controls = negativeControls({
  untrained: {
    expected:
      '−39 to −50 % for first, −38 to −47 % for random, −55 to −74 % for last in a pilot: last is below the others there too, but first is not above random, and last is not twice random',
  },
  shuffled: { expected: 'layer 1 as in the trained model, the others near it', reported: KEYS_ALONE },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c3-mutated-prefix',
    title: 'The end of the prefix matters far more than its start',
    locator: 'arXiv 2012.14913 v2, section 3.2, figure 3',
    claim:
      'Leaving out the last token of a trigger lowers the memory coefficient far more than leaving out the first or a random one; the last token matters less in the upper layers.',
    kind: 'measured',
    estimand: `Relative change of the memory coefficient when the first, the last or a random token of a trigger prefix is left out, mean over triggers, then over keys, layer by layer, percent; ${MUTATED.trained.keys} random keys a layer, their best ${MUTATED.trained.triggers} triggers (controls: ${MUTATED.control.keys} keys); ${TRIGGER_SAMPLE}`,
    expected: {
      statement:
        'last < random < first ≤ 0 in every layer; the last token matters at least twice as much as a random one',
      source: SOURCE,
    },
    sesoi: { value: 2, unit: 'points', why: 'the paper’s random and first differ by 3 to 10 points' },
    decision:
      'Reproduced if in every layer random lies below first by more than 2 points, first is not above 0, and the effect of last is at least twice that of random (each 95 % over keys, after Bonferroni over the layers). That the last token matters less in upper layers is declared but not asserted at scale mini, so there the claim can at best be partially reproduced.',
    scales: ['mini', 'checkpoint'],
    controls: controls.records,
    needs: TRIGGER_NEEDS,
    restsOn: ['P9', 'P10', 'P14'],
    budget: TRIGGER_BUDGET,
  },
  async (context) => {
    const subject = await gevaMutations(context);
    const { trained, untrained, depth, seed } = subject;
    const layers = (keys: KeyMutations[], mutation: Mutation) =>
      perLayer(keys, depth, seed, 0.95, (own) => meanOf(own.map(({ change }) => change[mutation])));
    const ours = Object.fromEntries(mutations.map((name) => [name, layers(trained, name)]));
    const means = (keys: KeyMutations[], mutation: Mutation) =>
      Array.from({ length: depth }, (_, layer) => meanChange(keys, layer, mutation));
    const told = (keys: KeyMutations[]) => mutations.map((name) => `${name} ${range(means(keys, name))} %`).join(', ');
    const values = (parts: Part[]) => range(parts.map(({ estimate }) => estimate));
    const [mean] = clusterIntervals(
      trained.map((_, i) => i),
      [{ label: 'mean', of: meanOf(trained.map(({ change }) => change.last)) }],
      { level: 0.95, seed },
    );
    return {
      sentence: `Without its last token a trigger moves the coefficient by ${values(ours.last!)} %, by layer; without a random one by ${values(ours.random!)} %, without the first by ${values(ours.first!)} %. Untrained: ${told(untrained)}.`,
      headline: {
        name: 'change without the last token, mean over keys',
        unit: '%',
        method: KEY_INTERVALS,
        ...estimateOf(mean!),
      },
      n: trained.length,
      dropped: subject.dropped,
      criteria: criteriaOf(trained, subject),
      controls: controls.outcomes(subject, (keys) => ({ criteria: criteriaOf(keys, subject), detail: told(keys) })),
      deviations: [
        ...deviations(subject),
        DEDUPE,
        `${MUTATED.trained.keys} keys a layer and ${MUTATED.trained.triggers} triggers each; the paper has 100 and 50. Keys are what is resampled, so more of them with fewer triggers tell more.`,
      ],
      figures: [
        {
          kind: 'depth',
          title: 'Change of the coefficient when one token is left out',
          unit: '%, mean over keys',
          series: mutations.flatMap((name, variant) => [
            depthSeries(`${name}, paper`, 'paper' as const, paperFigures.mutation[name], variant),
            depthSeries(`${name}, ${subject.scale}`, 'ours' as const, ours[name]!.map(estimateOf), variant),
            depthSeries(`${name}, untrained`, 'untrained' as const, means(untrained, name), variant),
          ]),
          note: `Whiskers: 95 % intervals over keys. ${PAPER_NOTE}`,
        },
      ],
      tables: [],
    };
  },
);

function meanChange(keys: readonly KeyMutations[], layer: number, mutation: Mutation): number {
  const own = keys.filter((key) => key.layer === layer);
  return own.reduce((sum, { change }) => sum + change[mutation], 0) / own.length;
}

/** A statistic of each layer's keys, by their own bootstrap. */
function perLayer(
  keys: readonly KeyMutations[],
  depth: number,
  seed: number,
  level: number,
  statistic: (own: KeyMutations[]) => (weights: Float64Array) => number,
): Required<Part>[] {
  return Array.from({ length: depth }, (_, layer) => {
    const own = keys.filter((key) => key.layer === layer);
    const units = own.map((_, i) => i);
    return clusterIntervals(units, [{ label: `layer ${layer + 1}`, of: statistic(own) }], { level, seed })[0]!;
  });
}

function criteriaOf(keys: readonly KeyMutations[], { depth, seed, scale }: Sized): Criterion[] {
  const level = familyLevel(depth);
  const each = (value: (change: KeyMutations['change']) => number) =>
    perLayer(keys, depth, seed, level, (own) => meanOf(own.map(({ change }) => value(change))));
  const lasts = Array.from({ length: depth }, (_, layer) =>
    keys.map((key) => (key.layer === layer ? key.change.last : Number.NaN)),
  );
  const mean = (layer: number) => (weights: Float64Array) => {
    let [sum, total] = [0, 0];
    for (const [i, value] of lasts[layer]!.entries()) {
      if (Number.isNaN(value)) continue;
      sum += weights[i]! * value;
      total += weights[i]!;
    }
    return sum / total;
  };
  return [
    {
      name: 'random-below-first',
      statement:
        'Leaving out a random token lowers the coefficient more than leaving out the first (first minus random)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 2,
      level,
      parts: each(({ first, random }) => first - random),
    },
    {
      name: 'first-lowers',
      statement: 'Leaving out the first token does not raise the coefficient',
      kind: 'band',
      low: null,
      high: 0,
      sesoi: 2,
      level,
      parts: each(({ first }) => first),
    },
    {
      name: 'last-twice-random',
      statement: 'The last token matters at least twice as much as a random one (2 × random minus last)',
      kind: 'band',
      low: 0,
      high: null,
      sesoi: 5,
      level,
      parts: each(({ last, random }) => 2 * random - last),
    },
    atPaperSize(scale, WHY_FLAT, {
      name: 'last-fades',
      statement: 'The last token matters less in the top layer than in layer 1 (top minus first layer, points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 5,
      level: 0.95,
      parts: clusterIntervals(
        keys.map((_, i) => i),
        [{ label: 'top layer minus layer 1', of: (weights) => mean(depth - 1)(weights) - mean(0)(weights) }],
        { level: 0.95, seed },
      ),
    }),
  ];
}
