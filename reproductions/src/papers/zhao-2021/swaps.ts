import { fixedPoints, type Order, type Swap, swap, swaps } from '@interlayer/layer-permute';
import { mean, weightedMean } from '@interlayer/stats';
import { type CheckControl, draw, stat } from '../../claim';
import { type Figure, SEEDS, type Table } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import { MOVING_KINDS, type Moved } from './materials/moved-states';
import { type Ordered, type Orders, staying } from './materials/orders';

/** The mean over orders of what was measured of one model. */
const meanOver = <K extends string>(
  { models, names, units }: Orders<K>,
  model: number,
  label: string,
  indices: readonly number[],
  of: K,
): Statistic => {
  const means = Float64Array.from({ length: units.clusters.length }, (_, row) =>
    mean(indices.map((index) => models[model]![index]![of][row]!)),
  );
  return stat.statistic(units, `${names[model]}, ${label}`, weightedMean(means));
};

/** The mean over some orders, for each model. */
export const meansAt = <K extends string>(
  ordered: Orders<K>,
  label: string,
  indices: readonly number[],
  of: K,
): Statistic[] => ordered.models.map((_, model) => meanOver(ordered, model, label, indices, of));

/** The cosine after one kind of change of one layer, mean over layers, for each model. */
export const afterChange = (moved: Moved, kind: (typeof MOVING_KINDS)[number]): Statistic[] => {
  const first = 1 + MOVING_KINDS.indexOf(kind) * moved.layers;
  const indices = Array.from({ length: moved.layers }, (_, layer) => first + layer);
  return meansAt(moved, kind, indices, 'cosine');
};

/** Accuracy with the layers in their own order, for each model. */
export const ownAccuracy = (ordered: Ordered): Statistic[] => meansAt(ordered, 'own order', [0], 'accuracy');

/** By how much each model's loss lies below that of a unigram model: what predicts nothing loses nothing when it is changed. */
export const belowUnigram = (ordered: Ordered): Statistic[] => {
  const unigram = weightedMean(ordered.unigram);
  return meansAt(ordered, 'own order', [0], 'loss').map(({ units, label, of }) =>
    stat.statistic(units, label, (weights) => unigram(weights) - of(weights)),
  );
};

/** Where an order is among those that were measured. */
const indexOf = ({ orders }: Orders<never>, order: Order): number => {
  const key = order.join();
  return orders.findIndex((each) => each.join() === key);
};

/** The swaps of two layers that were measured. */
const swapsOf = (ordered: Orders<never>): Swap[] =>
  swaps(ordered.layers).filter(({ order }) => indexOf(ordered, order) >= 0);

/** The mean over some swaps, for each model. */
export const overSwaps = <K extends string>(
  ordered: Orders<K>,
  label: string,
  of: K,
  some: (swap: Swap) => boolean,
): Statistic[] =>
  meansAt(
    ordered,
    label,
    swapsOf(ordered)
      .filter(some)
      .map(({ order }) => indexOf(ordered, order)),
    of,
  );

/** The mean over the swaps of each distance, from 1 on: [distance][model]. */
export const byDistance = <K extends string>(ordered: Orders<K>, of: K): Statistic[][] =>
  Array.from({ length: ordered.layers - 1 }, (_, i) =>
    overSwaps(ordered, `distance ${i + 1}`, of, ({ distance }) => distance === i + 1),
  );

/** The mean over the orders in which so many layers stay, as many as in `staying`: [k][model]. */
export const byStaying = <K extends string>(ordered: Orders<K>, of: K): Statistic[][] =>
  staying(ordered.layers).map((k) => {
    const indices = ordered.orders.flatMap((order, i) => (fixedPoints(order) === k ? i : []));
    return meansAt(ordered, `${k} stay`, indices, of);
  });

/** "42.6, 33.4 and 41.8, 33.3": [group][model], the groups of one model after those of the other. */
export const listByModel = (groups: readonly Statistic[][], digits = 1): string =>
  groups[0]!
    .map((_, model) =>
      stat.list(
        groups.map((group) => group[model]!),
        digits,
      ),
    )
    .join(' and ');

/** Points of accuracy that each swap costs: [model][swap]. */
export const drops = (ordered: Ordered, some: readonly Pick<Swap, 'i' | 'j'>[]): Statistic[][] =>
  ordered.models.map((_, model) => {
    const own = meanOver(ordered, model, 'own order', [0], 'accuracy');
    return some.map(({ i, j }) => {
      const label = `layers ${i + 1} and ${j + 1}`;
      const after = meanOver(ordered, model, label, [indexOf(ordered, swap(ordered.layers, i, j))], 'accuracy');
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
  title: 'Each swap: accuracy (%) and loss (nats)',
  columns: ['layers', ...ordered.names.flatMap((name) => [`${name}: accuracy`, `${name}: loss`])],
  rows: [undefined, ...swapsOf(ordered)].map((swap) => [
    swap ? `${swap.i + 1} and ${swap.j + 1}` : 'own order',
    ...ordered.models.flatMap((_, model) =>
      (['accuracy', 'loss'] as const).map((of) =>
        stat.plainly(meanOver(ordered, model, '', [swap ? indexOf(ordered, swap.order) : 0], of)),
      ),
    ),
  ]),
});

/** What each swap leaves, one matrix for each model, all on one scale; none where not every swap was measured. */
export const swapMatrices = <K extends string>(title: string, unit: string, ordered: Orders<K>, of: K): Figure[] => {
  if (swapsOf(ordered).length < swaps(ordered.layers).length) return [];
  const layers = Array.from({ length: ordered.layers }, (_, i) => i);
  const names = layers.map((i) => String(i + 1));
  const after = (model: number, i: number, j: number) =>
    meanOver(
      ordered,
      model,
      '',
      [i === j ? 0 : indexOf(ordered, swap(ordered.layers, Math.min(i, j), Math.max(i, j)))],
      of,
    );
  const matrices = ordered.models.map((_, model) =>
    layers.map((i) => layers.map((j) => stat.plainly(after(model, i, j)))),
  );
  const more = {
    axes: { rows: 'layer', columns: 'swapped with layer' },
    range: [Math.min(0, ...matrices.flat(2)), Math.max(1, ...matrices.flat(2))] as [number, number],
    note: 'The diagonal is the layers’ own order.',
  };
  return matrices.map((matrix, model) =>
    draw.heatmap(`${title}, ${ordered.names[model]}`, unit, { rows: names, columns: names, ...more }, matrix),
  );
};

/** Means over groups of orders, one bar for each group and model: [group][model]. */
export const orderBars = (
  title: string,
  [name, unit]: readonly [name: string, unit: string],
  { names }: Orders<never>,
  groups: Readonly<Record<string, readonly Statistic[]>>,
): Figure => ({
  kind: 'bars',
  title,
  unit,
  bars: Object.entries(groups).flatMap(([group, statistics]) =>
    statistics.map((each, model) => ({
      label: `${group}, ${names[model]}`,
      parts: [{ name, value: stat.plainly(each) }],
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
