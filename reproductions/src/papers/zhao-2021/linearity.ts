import type { ComponentName, Measure } from '@interlayer/nonlinearity';
import { type CheckControl, stat } from '../../claim';
import type { Statistic } from '../../claim/statistic';
import type { Linearities } from './materials/components';
import { SEEDS, type Seed } from './materials/sample';

/** One measure of one component in every layer, by model. */
export type Profile = Record<Seed, Statistic[]>;

export const bySeed = <T>(of: (seed: Seed) => T): Record<Seed, T> =>
  Object.fromEntries(SEEDS.map((seed) => [seed, of(seed)])) as Record<Seed, T>;

export const profile = ({ models, layers, units }: Linearities, component: ComponentName, measure: Measure): Profile =>
  bySeed((seed) =>
    Array.from({ length: layers }, (_, layer) =>
      stat.statistic(
        units,
        `${seed}, layer ${layer + 1}`,
        models[seed].scores.weighted(`layers.${layer}.${component}`, measure),
      ),
    ),
  );

/** The layers of all models in one list. */
export const flat = (profile: Profile): Statistic[] => SEEDS.flatMap((seed) => profile[seed]);

/** A number made of all layers of a model, of one profile or several, for each model. */
export const overLayers = (of: (...layers: number[][]) => number, ...profiles: Profile[]): Statistic[] =>
  SEEDS.map((seed) =>
    stat.statistic(profiles[0]![seed][0]!.units, seed, (weights) =>
      of(...profiles.map((profile) => profile[seed].map((layer) => layer.of(weights)))),
    ),
  );

/** All measures that stand beside the one that decides, by model and layer. */
export const measureTable = (title: string, linearities: Linearities, component: ComponentName) => {
  const names = ['gammaRatio', 'gammaDiff', 'gamma', 'coneSize', 'r2', 'medianR2'] as const;
  const columns = names.map((name) => profile(linearities, component, name));
  return {
    title,
    columns: ['model', 'layer', 'γ~', 'γ − cone', 'γ', 'cone', 'R²', 'median R² of features'],
    rows: SEEDS.flatMap((seed) =>
      Array.from({ length: linearities.layers }, (_, layer) => [
        seed,
        layer + 1,
        ...columns.map((column) => stat.plainly(column[seed][layer]!)),
      ]),
    ),
  };
};

/** The measure itself, where the answer is known. */
export const affineComponent: CheckControl<Linearities, unknown> = {
  record: {
    name: 'an affine component',
    kind: 'positive',
    description: 'The output layer of attention alone, which is affine, in every layer of both seeds',
    expected: 'R² of at least 0.999',
  },
  check([material]) {
    const least = Math.min(...flat(profile(material!, 'ff_after_self_attention', 'r2')).map(stat.plainly));
    return { passed: least >= 0.999, detail: `at least ${least.toFixed(5)}` };
  },
};

/** And where there is nothing to find. */
export const otherTokens: CheckControl<Linearities, unknown> = {
  record: {
    name: 'outputs of other tokens',
    kind: 'negative',
    description: 'The same fit for the first MLP, to what it gives for other tokens',
    expected: 'R² within 0.05 of 0',
  },
  check([material]) {
    const largest = Math.max(...SEEDS.map((seed) => Math.abs(material!.models[seed].chance)));
    return { passed: largest < 0.05, detail: `at most ${largest.toFixed(4)} away from 0` };
  },
};
