import { ranks } from '@interlayer/stats';
import { type CheckControl, stat } from '../../claim';
import type { Statistic, Weighted } from '../../claim/statistic';
import type { Mixing, ModelMixing } from './materials/mixing';

/** Values by sequence. */
type Lists = readonly Float64Array[];

/**
 * Spearman's ρ of two values of the same tokens as a function of weights of their sequences. The ranks are those among all
 * tokens, also where sequences are drawn again.
 */
export function rankCorrelation(a: Lists, b: Lists): Weighted {
  const [x, y] = [a, b].map((lists) => {
    const all = ranks(lists.flatMap((list) => [...list]));
    const middle = (all.length + 1) / 2;
    let from = 0;
    return lists.map(({ length }) => all.slice(from, (from += length)).map((rank) => rank - middle));
  });
  const sums = x!.map((list, sequence) => {
    const other = y![sequence]!;
    const total = (of: (i: number) => number) => list.reduce((sum, _, i) => sum + of(i), 0);
    return {
      n: list.length,
      x: total((i) => list[i]!),
      y: total((i) => other[i]!),
      xx: total((i) => list[i]! ** 2),
      yy: total((i) => other[i]! ** 2),
      xy: total((i) => list[i]! * other[i]!),
    };
  });
  return (weights) => {
    const all = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
    for (const [sequence, sum] of sums.entries())
      for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += weights[sequence]! * sum[key];
    const { n, x, y, xx, yy, xy } = all;
    return (xy - (x * y) / n) / Math.sqrt((xx - x ** 2 / n) * (yy - y ** 2 / n));
  };
}

/** The tokens' ratios in one layer, or their means over several. */
const ratiosOf = ({ layers }: ModelMixing, some: readonly number[]): Float64Array[] =>
  layers[0]!.map(({ ratios }, sequence) =>
    ratios.map((_, i) => some.reduce((sum, layer) => sum + layers[layer]![sequence]!.ratios[i]!, 0) / some.length),
  );

const everyLayer = ({ layers }: ModelMixing): number[] => [...layers.keys()];

/** ρ of a token's frequency rank and its ratio, mean over layers, by model. */
export const overall = ({ models, frequencyRanks }: Mixing): Statistic[] =>
  models.map((model) =>
    stat.statistic(model.units, model.name, rankCorrelation(frequencyRanks, ratiosOf(model, everyLayer(model)))),
  );

/** The same of each layer of the first model. */
export const byLayer = ({ models, frequencyRanks }: Mixing): Statistic[] =>
  stat.byLayer(
    models[0]!.units,
    everyLayer(models[0]!).map((layer) => rankCorrelation(frequencyRanks, ratiosOf(models[0]!, [layer]))),
  );

export const opposite = ({ of, ...rest }: Statistic): Statistic => ({ ...rest, of: (weights) => -of(weights) });

/** Each token gets what belongs to the one half of its sequence away. */
const ofOthers = (lists: Lists): Float64Array[] =>
  lists.map((list) => list.map((_, i) => list[(i + (list.length >> 1)) % list.length]!));

/** What is found where the answer is known: no link, and one. */
export const knownFrequencies: CheckControl<Mixing, unknown> = {
  record: {
    name: 'ratios of other tokens',
    kind: 'positive',
    description:
      'The same ρ of the first model with the ratio of the token half of its sequence away; and with the frequency rank added to that, both as ranks',
    expected: 'within 0.15 of 0, and above 0.5',
  },
  check([material]) {
    const { models, frequencyRanks } = material!;
    const others = ofOthers(ratiosOf(models[0]!, everyLayer(models[0]!)));
    const [x, y] = [frequencyRanks, others].map((lists) => ranks(lists.flatMap((list) => [...list])));
    let at = 0;
    const planted = others.map((list) => list.map(() => x![at]! + y![at++]!));
    const [none, linked] = [others, planted].map((ratios) =>
      stat.plainly({ units: models[0]!.units, of: rankCorrelation(frequencyRanks, ratios) }),
    );
    return {
      passed: Math.abs(none!) <= 0.15 && linked! > 0.5,
      detail: `ρ ${stat.fixed(none!, 2)} and ${stat.fixed(linked!, 2)}`,
    };
  },
};
