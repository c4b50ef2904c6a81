import type { ComponentName, Measure } from '@interlayer/nonlinearity';
import { type CheckControl, stat } from '../../claim';
import type { Table } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import type { Linearities } from './materials/components';

/** One measure of one component in every layer: [model][layer]. */
export type Profile = Statistic[][];

export const profile = (
  { models, names, layers, units }: Linearities,
  component: ComponentName,
  measure: Measure,
): Profile =>
  models.map(({ scores }, model) =>
    Array.from({ length: layers }, (_, layer) =>
      stat.statistic(
        units,
        `${names[model]}, layer ${layer + 1}`,
        scores.weighted(`layers.${layer}.${component}`, measure),
      ),
    ),
  );

/** A number made of all layers of a model, of one profile or several, for each model. */
export const overLayers = (
  { names, units }: Linearities,
  of: (...layers: number[][]) => number,
  ...profiles: Profile[]
): Statistic[] =>
  names.map((name, model) =>
    stat.statistic(units, name, (weights) =>
      of(...profiles.map((profile) => profile[model]!.map((layer) => layer.of(weights)))),
    ),
  );

/** "0.93, 0.95 and 0.92, 0.96": the layers of one model after those of the other. */
export const listLayers = (profile: Profile, digits: number): string =>
  profile.map((layers) => stat.list(layers, digits)).join(' and ');

/** All measures that stand beside the one that decides, by model and layer. */
export const measureTable = (title: string, linearities: Linearities, component: ComponentName): Table => {
  const measures = ['gammaRatio', 'gammaDiff', 'gamma', 'coneSize', 'r2', 'medianR2'] as const;
  const columns = measures.map((measure) => profile(linearities, component, measure));
  return {
    title,
    columns: ['model', 'layer', 'γ~', 'γ − cone', 'γ', 'cone', 'R²', 'median R² of features'],
    rows: linearities.names.flatMap((name, model) =>
      Array.from({ length: linearities.layers }, (_, layer) => [
        name,
        layer + 1,
        ...columns.map((column) => stat.plainly(column[model]![layer]!)),
      ]),
    ),
  };
};

/** The measure itself, where the answer is known. */
export const affineComponent: CheckControl<Linearities, unknown> = {
  record: {
    name: 'an affine component',
    kind: 'positive',
    description: 'The output layer of attention alone, which is affine, in every layer of every seed',
    expected: 'R² of at least 0.999',
  },
  check([material]) {
    const least = Math.min(...profile(material!, 'ff_after_self_attention', 'r2').flat().map(stat.plainly));
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
    const largest = Math.max(...material!.models.map(({ chance }) => Math.abs(chance)));
    return { passed: largest < 0.05, detail: `at most ${largest.toFixed(4)} away from 0` };
  },
};
