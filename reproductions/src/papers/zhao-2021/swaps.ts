import { type Swap, swaps } from '@interlayer/layer-permute';
import { mean, weightedMean } from '@interlayer/stats';
import { type CheckControl, draw, stat } from '../../claim';
import { type Figure, SEEDS, type Table } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import type { MaskedScores } from './materials/masked-scores';
import type { Ordered } from './materials/orders';

/** The mean over orders of masked accuracy (percent) or loss (nats), of one model. */
const meanOver = (
  { models, names, units }: Ordered,
  model: number,
  label: string,
  indices: readonly number[],
  of: keyof MaskedScores = 'accuracy',
): Statistic => {
  const means = Float64Array.from({ length: units.clusters.length }, (_, row) =>
    mean(indices.map((index) => models[model]![index]![of][row]!)),
  );
  return stat.statistic(units, `${names[model]}, ${label}`, weightedMean(means));
};

/** One statistic for each model. */
const ofEach = ({ models }: Ordered, of: (model: number) => Statistic): Statistic[] => models.map((_, i) => of(i));

/** Masked accuracy with the layers in their own order, for each model. */
export const ownAccuracy = (ordered: Ordered): Statistic[] => meansAt(ordered, 'own order', [0]);

/** By how much each model's loss lies below that of a unigram model: what predicts nothing loses nothing when it is changed. */
export const belowUnigram = (ordered: Ordered): Statistic[] => {
  const unigram = weightedMean(ordered.unigram);
  return ofEach(ordered, (model) => {
    const { units, label, of } = meanOver(ordered, model, 'own order', [0], 'loss');
    return stat.statistic(units, label, (weights) => unigram(weights) - of(weights));
  });
};

/** Mean accuracy over some orders, for each model. */
export const meansAt = (ordered: Ordered, label: string, indices: readonly number[]): Statistic[] =>
  ofEach(ordered, (model) => meanOver(ordered, model, label, indices));

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

/** "42.6, 33.4 and 41.8, 33.3": [group][model], the groups of one model after those of the other. */
export const listByModel = (groups: readonly Statistic[][]): string =>
  groups[0]!
    .map((_, model) =>
      stat.list(
        groups.map((group) => group[model]!),
        1,
      ),
    )
    .join(' and ');

/** Points of accuracy that each swap costs: [model][swap]. */
export const drops = (ordered: Ordered, some: readonly Pick<Swap, 'i' | 'j'>[]): Statistic[][] =>
  ordered.models.map((_, model) => {
    const own = meanOver(ordered, model, 'own order', [0]);
    return some.map((swap) => {
      const after = meanOver(ordered, model, `layers ${swap.i + 1} and ${swap.j + 1}`, [indexOf(ordered, swap)]);
      return stat.statistic(ordered.units, after.label, (weights) => own.of(weights) - after.of(weights));
    });
  });

/** One number of each model's statistics, [model][swap]. */
export const overAll = (
  { names }: Ordered,
  of: (values: number[]) => number,
  byModel: readonly Statistic[][],
): Statistic[] =>
  byModel.map((statistics, model) =>
    stat.statistic(statistics[0]!.units, names[model]!, (weights) => of(statistics.map((each) => each.of(weights)))),
  );

/** Whether the measure sees a harm that is there. */
export const distantSwap: CheckControl<Ordered, unknown> = {
  record: {
    name: 'the first layer and the last',
    kind: 'positive',
    description: 'The swap of the two layers that are farthest apart, in every seed of the full model',
    expected: 'at least 10 points lost',
  },
  check([ordered]) {
    const ends = drops(ordered!, [{ i: 0, j: ordered!.layers - 1 }]);
    const lost = ends.flatMap((drop, model) => (SEEDS.includes(ordered!.names[model]!) ? drop : []));
    return { passed: lost.every((each) => stat.plainly(each) >= 10), detail: `${stat.list(lost, 1)} points lost` };
  },
};

/** Accuracy and loss after each swap. */
export const swapTable = (ordered: Ordered): Table => ({
  title: 'Each swap: accuracy at masked tokens (%) and loss (nats)',
  columns: ['layers', ...ordered.names.flatMap((name) => [`${name}: accuracy`, `${name}: loss`])],
  rows: [undefined, ...swaps(ordered.layers)].map((swap, index) => [
    swap ? `${swap.i + 1} and ${swap.j + 1}` : 'own order',
    ...ordered.models.flatMap((_, model) =>
      (['accuracy', 'loss'] as const).map((of) => stat.plainly(meanOver(ordered, model, '', [index], of))),
    ),
  ]),
});

/** What each swap leaves of the accuracy, one matrix for each model, all on one scale. */
export const swapMatrices = (ordered: Ordered): Figure[] => {
  const layers = Array.from({ length: ordered.layers }, (_, i) => i);
  const names = layers.map((i) => String(i + 1));
  const after = (model: number, i: number, j: number) =>
    meanOver(ordered, model, '', [i === j ? 0 : indexOf(ordered, { i: Math.min(i, j), j: Math.max(i, j) })]);
  const matrices = ordered.models.map((_, model) =>
    layers.map((i) => layers.map((j) => stat.plainly(after(model, i, j)))),
  );
  const more = {
    axes: { rows: 'layer', columns: 'swapped with layer' },
    range: [0, Math.max(1, ...matrices.flat(2))] as [number, number],
    note: 'The diagonal is the layers’ own order.',
  };
  return matrices.map((matrix, model) =>
    draw.heatmap(
      `Accuracy at masked tokens after each swap, ${ordered.names[model]}`,
      '%',
      { rows: names, columns: names, ...more },
      matrix,
    ),
  );
};

/** Accuracy in groups of orders, one bar for each group and model: [group][model]. */
export const accuracyBars = (
  title: string,
  { names }: Ordered,
  groups: Readonly<Record<string, readonly Statistic[]>>,
): Figure => ({
  kind: 'bars',
  title,
  unit: '%',
  bars: Object.entries(groups).flatMap(([group, statistics]) =>
    statistics.map((each, model) => ({
      label: `${group}, ${names[model]}`,
      parts: [{ name: 'accuracy', value: stat.plainly(each) }],
    })),
  ),
});

/** Order costs most where there is most to lose, so models are compared that lose from the same height. */
export const equalAccuracy: CheckControl<Ordered, unknown> = {
  record: {
    name: 'models of like accuracy',
    kind: 'positive',
    description: 'Accuracy of all models with their layers in their own order',
    expected: 'at most 5 points apart',
  },
  check([ordered]) {
    const own = ownAccuracy(ordered!).map(stat.plainly);
    const apart = Math.max(...own) - Math.min(...own);
    return { passed: apart <= 5, detail: `${apart.toFixed(1)} points apart` };
  },
};
