import { weightedMean } from '@interlayer/stats';
import { type CheckControl, draw, stat } from '../../claim';
import type { Estimate } from '../../claim/estimator';
import type { Statistic, Weighted } from '../../claim/statistic';
import type { Change, LayerNumbers, Maps, ModelMaps } from './materials/maps';

/** One number of every layer, by model. */
export type Profile = { model: string; layers: Statistic[] }[];

/** The mean over sequences of something of every layer. */
export const meanOf = ({ layers }: ModelMaps, of: (numbers: LayerNumbers) => number): Weighted[] =>
  layers.map((sequences) => weightedMean(sequences.map(of)));

const labelled = ({ models }: Maps, { name }: ModelMaps, layer: number): string =>
  models.length > 1 ? `${name}, layer ${layer + 1}` : `layer ${layer + 1}`;

/** A number of every layer, made of what is measured of all sequences. */
export const profile = (maps: Maps, of: (model: ModelMaps) => Weighted[]): Profile =>
  maps.models.map((model) => ({
    model: model.name,
    layers: of(model).map((each, layer) => stat.statistic(model.units, labelled(maps, model, layer), each)),
  }));

/** How much a part changes the map: 1 − ρ. */
export const changes = (maps: Maps, part: Change): Profile =>
  profile(maps, (model) => meanOf(model, ({ change }) => change[part]));

/** κ: how much of what the feed-forward block changed is undone later. */
export const cancellation = (maps: Maps, later: Change, block: Change = 'feedForward'): Profile =>
  profile(maps, (model) => {
    const [undone, done] = [later, block].map((part) => meanOf(model, ({ change }) => change[part]));
    return done!.map((of, layer) => (weights) => 1 - undone![layer]!(weights) / of(weights));
  });

/** How much more the feed-forward block alone changes than with what follows it. */
export const undone = (maps: Maps, later: Change): Profile =>
  profile(maps, (model) => {
    const [rest, alone] = [later, 'feedForward' as const].map((part) => meanOf(model, ({ change }) => change[part]));
    return alone!.map((of, layer) => (weights) => of(weights) - rest![layer]!(weights));
  });

/** A profile made of two, layer by layer. */
export const combined = (a: Profile, b: Profile, of: (x: number, y: number) => number): Profile =>
  a.map(({ model, layers }, i) => ({
    model,
    layers: layers.map(({ units, label, of: one }, layer) => {
      const other = b[i]!.layers[layer]!;
      return stat.statistic(units, label, (weights) => of(one(weights), other.of(weights)));
    }),
  }));

export const flat = (profiles: Profile): Statistic[] => profiles.flatMap(({ layers }) => layers);

/** The value that so many layers of a model reach: of "at least half of the layers", the largest that half of them have. */
export const reachedBy = (profiles: Profile, layers: (all: number) => number): Statistic[] =>
  profiles.map(({ model, layers: all }) =>
    stat.statistic(all[0]!.units, model, (weights) => {
      const values = all.map(({ of }) => of(weights)).sort((a, b) => b - a);
      return values[layers(all.length) - 1]!;
    }),
  );
export const half = (all: number): number => Math.ceil(all / 2);
export const mostOf = (all: number): number => Math.floor(all / 2) + 1;
export const fourFifths = (all: number): number => Math.ceil(0.8 * all);

/** "0.05, 0.02; seed-2: 0.06, 0.02". */
export const listOf = (profiles: Profile, digits = 3): string =>
  profiles.map(({ model, layers }, i) => `${i ? `${model}: ` : ''}${stat.list(layers, digits)}`).join('; ');

/** Lines of a figure for each model of a subject. */
export const linesOf = (
  profiles: Profile,
  name: string,
  estimate: (statistics: readonly Statistic[]) => Estimate[],
  variant = 0,
) =>
  profiles.map(({ model, layers }, i) =>
    draw.line(i ? `${name}, ${model}` : name, i ? 'ceiling' : 'ours', draw.whiskers(estimate(layers)), variant),
  );

/** With the model earlier in its training among the models: for what is shown and not judged. */
export const withSnapshots = (maps: Maps): Maps => ({ ...maps, models: [...maps.models, ...maps.snapshots] });

/** Lines of a figure for the model earlier in its training. */
export const snapshotLines = (maps: Maps, of: (maps: Maps) => Profile) =>
  of({ ...maps, models: maps.snapshots }).map(({ model, layers }) =>
    draw.line(model, 'ceiling', layers.map(stat.plainly), 2),
  );

/** Numbers of every layer in columns. */
export const tableOf = (title: string, columns: Readonly<Record<string, Profile>>) => {
  const [first] = Object.values(columns);
  return {
    title,
    columns: ['model', 'layer', ...Object.keys(columns)],
    rows: first!.flatMap(({ model, layers }, i) =>
      layers.map((_, layer) => [
        model,
        layer + 1,
        ...Object.values(columns).map((each) => stat.plainly(each[i]!.layers[layer]!)),
      ]),
    ),
  };
};

/** A block that writes nothing, and one that drowns its skip: what a change is of must show in both. */
export const scaledBlocks: CheckControl<Maps, unknown> = {
  record: {
    name: 'feed-forward output of any size',
    kind: 'positive',
    description:
      'The first and the last layer with the output of the feed-forward block at 0, at a thousandth and at a thousand times its size, on one sequence',
    expected:
      'nothing: no change at all; a thousandth: the skip undoes at least 99 % of the change; a thousand times: at most 5 %',
  },
  check([material]) {
    const { scaled } = material!;
    const failed = scaled.filter(({ silent, small, large }) => silent !== 0 || !(small >= 0.99) || !(large <= 0.05));
    return {
      passed: scaled.length > 0 && failed.length === 0,
      detail: scaled
        .map(
          ({ layer, silent, small, large }) =>
            `layer ${layer + 1}: change ${silent} of nothing, κ ${stat.fixed(small, 3)} of little, ${stat.fixed(large, 3)} of much`,
        )
        .join('; '),
    };
  },
};
