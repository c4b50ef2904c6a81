import { type Swap, swaps } from '@interlayer/layer-permute';
import { mean, weightedMean } from '@interlayer/stats';
import { type CheckControl, stat } from '../../claim';
import type { Figure, Table } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import type { MaskedScores } from './materials/masked-scores';
import type { Ordered } from './materials/orders';
import { SEEDS, type Seed } from './materials/sample';

/** The mean over orders of masked accuracy (percent) or loss (nats). */
export const meanOver = (
  { models, units }: Ordered,
  seed: Seed,
  label: string,
  indices: readonly number[],
  of: keyof MaskedScores = 'accuracy',
): Statistic => {
  const means = Float64Array.from({ length: units.clusters.length }, (_, row) =>
    mean(indices.map((index) => models[seed][index]![of][row]!)),
  );
  return stat.statistic(units, `${seed}, ${label}`, weightedMean(means));
};

/** Masked accuracy with the layers in their own order, for each model. */
export const ownAccuracy = (ordered: Ordered): Statistic[] =>
  SEEDS.map((seed) => meanOver(ordered, seed, 'own order', [0]));

/** By how much each model's loss lies below that of a unigram model: what predicts nothing loses nothing when it is changed. */
export const belowUnigram = (ordered: Ordered): Statistic[] => {
  const unigram = weightedMean(ordered.unigram);
  return SEEDS.map((seed) => {
    const { units, label, of } = meanOver(ordered, seed, 'own order', [0], 'loss');
    return stat.statistic(units, label, (weights) => unigram(weights) - of(weights));
  });
};

/** Mean accuracy over some orders, for each model. */
export const meansAt = (ordered: Ordered, label: string, indices: readonly number[]): Statistic[] =>
  SEEDS.map((seed) => meanOver(ordered, seed, label, indices));

/** Swaps follow the layers' own order, in the order of `swaps`. */
const indexOf = ({ layers }: Ordered, { i, j }: Pick<Swap, 'i' | 'j'>): number =>
  1 + swaps(layers).findIndex((swap) => swap.i === i && swap.j === j);

/** Mean accuracy over all swaps of one distance, for each model. */
export const atDistance = (ordered: Ordered, distance: number): Statistic[] =>
  meansAt(
    ordered,
    `distance ${distance}`,
    swaps(ordered.layers)
      .filter((swap) => swap.distance === distance)
      .map((swap) => indexOf(ordered, swap)),
  );

/** "42.6, 33.4 and 41.8, 33.3": [group][seed], the groups of one model after those of the other. */
export const listBySeed = (groups: readonly Statistic[][]): string =>
  SEEDS.map((_, seed) => {
    const ofSeed = groups.map((group) => group[seed]!);
    return stat.list(ofSeed, 1);
  }).join(' and ');

/** Points of accuracy that each swap costs: [seed][swap]. */
export const drops = (ordered: Ordered, some: readonly Pick<Swap, 'i' | 'j'>[]): Statistic[][] =>
  SEEDS.map((seed) => {
    const own = meanOver(ordered, seed, 'own order', [0]);
    return some.map((swap) => {
      const after = meanOver(ordered, seed, `layers ${swap.i + 1} and ${swap.j + 1}`, [indexOf(ordered, swap)]);
      return stat.statistic(ordered.units, after.label, (weights) => own.of(weights) - after.of(weights));
    });
  });

/** One number of each model's statistics. */
export const overAll = (of: (values: number[]) => number, bySeed: readonly Statistic[][]): Statistic[] =>
  bySeed.map((statistics, i) =>
    stat.statistic(statistics[0]!.units, SEEDS[i]!, (weights) => of(statistics.map((each) => each.of(weights)))),
  );

/** Whether the measure sees a harm that is there. */
export const distantSwap: CheckControl<Ordered, unknown> = {
  record: {
    name: 'the first layer and the last',
    kind: 'positive',
    description: 'The swap of the two layers that are farthest apart, in both seeds',
    expected: 'at least 10 points lost',
  },
  check([ordered]) {
    const lost = drops(ordered!, [{ i: 0, j: ordered!.layers - 1 }]).flat();
    return { passed: lost.every((each) => stat.plainly(each) >= 10), detail: `${stat.list(lost, 1)} points lost` };
  },
};

/** Accuracy and loss after each swap. */
export const swapTable = (ordered: Ordered): Table => ({
  title: 'Each swap: accuracy at masked tokens (%) and loss (nats)',
  columns: ['layers', ...SEEDS.flatMap((seed) => [`${seed}: accuracy`, `${seed}: loss`])],
  rows: [undefined, ...swaps(ordered.layers)].map((swap, index) => [
    swap ? `${swap.i + 1} and ${swap.j + 1}` : 'own order',
    ...SEEDS.flatMap((seed) =>
      (['accuracy', 'loss'] as const).map((of) => stat.plainly(meanOver(ordered, seed, '', [index], of))),
    ),
  ]),
});

/** Accuracy in groups of orders, one bar for each group and model. */
export const accuracyBars = (
  title: string,
  own: readonly Statistic[],
  groups: readonly Statistic[][],
  nameOf: (group: number) => string,
): Figure => ({
  kind: 'bars',
  title,
  unit: '%',
  bars: [own, ...groups].flatMap((statistics, group) =>
    statistics.map((each, i) => ({
      label: `${group === 0 ? 'own order' : nameOf(group - 1)}, ${SEEDS[i]}`,
      parts: [{ name: 'accuracy', value: stat.plainly(each) }],
    })),
  ),
});
