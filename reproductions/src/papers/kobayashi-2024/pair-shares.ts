import { type CheckControl, draw, stat } from '../../claim';
import type { Statistic, Weighted } from '../../claim/statistic';
import { TOP } from './amplification';
import { flat, type Profile, profile } from './changes';
import type { Maps, ModelMaps } from './materials/maps';
import { CATEGORIES, type Category } from './pair-categories';
import { plantedBlock } from './planted-block';

export type Side = 'most' | 'least';

/** Share, in percent, of some categories among the pairs that a layer amplifies most, or least, of all sequences. */
function amplifiedShare({ layers }: ModelMaps, layer: number, side: Side, of: readonly Category[]): Weighted {
  const sign = side === 'most' ? 1 : -1;
  const ranked = layers[layer]!.flatMap(({ amplified }, sequence) =>
    amplified[side].map(({ change, category }) => ({ sequence, change, hit: of.includes(category) })),
  ).sort((a, b) => sign * (b.change - a.change));
  return (weights) => {
    let [taken, hits] = [0, 0];
    for (const { sequence, hit } of ranked) {
      const weight = Math.min(weights[sequence]!, TOP - taken);
      taken += weight;
      if (hit) hits += weight;
      if (taken >= TOP) break;
    }
    return (100 * hits) / taken;
  };
}

/** Share, in percent, of some categories among all pairs, or all that stand side by side. */
const overallShare =
  ({ pairs }: ModelMaps, which: 'all' | 'adjacent', of: readonly Category[]): Weighted =>
  (weights) => {
    let [hits, all] = [0, 0];
    for (const [sequence, counts] of pairs.entries())
      for (const category of CATEGORIES) {
        const count = weights[sequence]! * counts[which][category];
        all += count;
        if (of.includes(category)) hits += count;
      }
    return (100 * hits) / all;
  };

/** Shares of some categories, layer by layer: of the pairs amplified most and least, of random pairs, of neighbours. */
export interface Shares {
  most: Profile;
  least: Profile;
  random: Profile;
  adjacent: Profile;
}

export const sharesOf = (maps: Maps, of: readonly Category[]): Shares => ({
  most: profile(maps, (model) => model.layers.map((_, layer) => amplifiedShare(model, layer, 'most', of))),
  least: profile(maps, (model) => model.layers.map((_, layer) => amplifiedShare(model, layer, 'least', of))),
  random: profile(maps, (model) => model.layers.map(() => overallShare(model, 'all', of))),
  adjacent: profile(maps, (model) => model.layers.map(() => overallShare(model, 'adjacent', of))),
});

/** The lower third of the layers, at least one. */
export const lowerThird = ({ layers }: Profile[number]): Statistic[] => layers.slice(0, Math.ceil(layers.length / 3));

/** How much more often than so many times another share, in points. */
export const beyond = (share: readonly Statistic[], times: number, other: readonly Statistic[]): Statistic[] =>
  share.map(({ units, label, of }, i) =>
    stat.statistic(units, label, (weights) => of(weights) - times * other[i]!.of(weights)),
  );

/** All categories beside each other, for each layer of the first model: most, random and least amplified pairs. */
export function shareFigure(maps: Maps, names: { ours: string }) {
  const byCategory = CATEGORIES.map((category) => sharesOf(maps, [category]));
  const panelOf = (name: string, role: 'ours' | 'untrained' | 'shuffled', of: keyof Shares) =>
    draw.panel(
      name,
      role,
      byCategory[0]![of][0]!.layers.map((_, layer) =>
        byCategory.map((shares) => stat.plainly(shares[of][0]!.layers[layer]!)),
      ),
    );
  return draw.stacked(`What the ${TOP} pairs are that the feed-forward block amplifies`, '% of pairs', CATEGORIES, {}, [
    panelOf(`${names.ours}: most`, 'ours', 'most'),
    panelOf('least', 'untrained', 'least'),
    panelOf('random pairs', 'shuffled', 'random'),
  ]);
}

/** The same numbers, for all models. */
export function shareTable(maps: Maps) {
  const sides = ['most', 'least', 'random', 'adjacent'] as const;
  const byCategory = CATEGORIES.map((category) => sharesOf(maps, [category]));
  return {
    title: `Share of each category, %: of the ${TOP} pairs amplified most and least, of random and of adjacent pairs`,
    columns: ['model', 'layer', 'pairs', ...CATEGORIES],
    rows: maps.models.flatMap(({ name, layers }, model) =>
      layers.flatMap((_, layer) =>
        sides.map((side) => [
          name,
          layer + 1,
          side,
          ...byCategory.map((shares) => stat.plainly(shares[side][model]!.layers[layer]!)),
        ]),
      ),
    ),
  };
}

/** "38, 20 % (random 4, least 31)". */
export const shareList = ({ most, random, least }: Shares): string =>
  `${stat.list(flat(most))} % (random ${stat.list(flat(random).slice(0, 1))}, least ${stat.list(flat(least))})`;

/** How the categories were found. */
export const categoryNote = ({ annotated }: Maps): string =>
  annotated
    ? 'Names and expressions are those of a treebank: words joined by flat, compound, fixed or goeswith. The paper’s seven categories were assigned partly by hand.'
    : 'Names and expressions are guessed: runs of capitalised words, and collocations of other text (at least 10 times, normalised PMI of at least 0.5). The paper’s seven categories were assigned partly by hand.';

export const planted: CheckControl<Maps, unknown> = {
  record: {
    name: 'a planted block',
    kind: 'positive',
    description:
      'A layer of random weights whose feed-forward block is made to amplify what comes from three of twelve tokens, and the same layer with a block that writes nothing',
    expected: 'the pairs amplified most are those from the three tokens; the silent block amplifies none',
  },
  async check(_, __, { seed }) {
    const { right, all, silent } = await plantedBlock(seed);
    return {
      passed: right === all && silent === 0,
      detail: `${right} of the ${all} pairs amplified most are planted; the silent block amplifies ${silent}`,
    };
  },
};
