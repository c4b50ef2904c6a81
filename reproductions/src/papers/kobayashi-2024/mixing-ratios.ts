import { spearman, weightedMean } from '@interlayer/stats';
import { between, type CheckControl, effect, stat } from '../../claim';
import type { Criteria } from '../../claim/criterion';
import type { Profile } from './changes';
import { ANALYSES, type LayerMixing, type Mixing } from './materials/mixing';
import { type Published, publishedRows } from './published-mixing';

export const byLayer = ({ models }: Mixing, of: (numbers: LayerMixing) => number): Profile =>
  models.map(({ name, layers, units }) => ({
    model: name,
    layers: stat.byLayer(
      units,
      layers.map((sequences) => weightedMean(sequences.map(of))),
    ),
  }));

/** Mean over layers, by model. */
export const overall = (profiles: Profile) =>
  profiles.map(({ model, layers }) =>
    stat.statistic(layers[0]!.units, model, stat.averageOf(layers.map(({ of }) => of))),
  );

/** The ratios of the first model, mean over layers. */
export const list = (ratios: readonly Profile[]): string =>
  ratios.map((each) => stat.list(overall(each).slice(0, 1), 1)).join(', ');

/** "21.3 % at masked tokens and 18.0 % at others of the text". */
export function maskedList(material: Mixing): string {
  const at = (of: 'masked' | 'text') => stat.list(overall(byLayer(material, (each) => each[of])).slice(0, 1), 1);
  return `${at('masked')} % at masked tokens and ${at('text')} % at others of the text`;
}

/** Spearman's ρ of a ratio with the layer, where there are enough layers. */
export const correlation = ({ layers }: Profile[number]): string =>
  layers.length > 2 ? stat.fixed(spearman([...layers.keys()], layers.map(stat.plainly)), 2) : 'undefined';

/** Of a model whose ratios are published: each lies within 2 points of what is printed. */
export const bands = (ratios: readonly Profile[], published: Published | undefined): Criteria =>
  Object.fromEntries(
    (published?.ratios ?? []).map((value, i) => [
      ANALYSES[i]!.toLowerCase(),
      [
        `${ANALYSES[i]} is within 2 points of the ${value} % of ${published!.name}`,
        between([value - 2, value + 2], overall(ratios[i]!), effect(1, 'points')),
      ],
    ]),
  );

export const mixingTable = (
  names: { subject: string; untrained: string },
  ratios: readonly Profile[],
  untrained: readonly Profile[],
) => ({
  title: 'Mixing ratios, %, mean over tokens and layers; published ones are neighbours, on other text',
  columns: ['model', ...ANALYSES],
  rows: [
    ...ratios[0]!.map(({ model }, i) => [
      i ? `${names.subject}, ${model}` : names.subject,
      ...ratios.map((each) => stat.plainly(overall(each)[i]!)),
    ]),
    [names.untrained, ...untrained.map((each) => stat.plainly(overall(each)[0]!))],
    ...publishedRows(),
  ],
});

export const selfAttention: CheckControl<Mixing, unknown> = {
  record: {
    name: 'attention to itself alone',
    kind: 'negative',
    description: 'The same ratios of every layer on one sequence, each token attending to itself alone',
    expected: '0 in all five analyses: no context is mixed in',
  },
  check: ([material]) => ({
    passed: material!.selfish === 0,
    detail: `at most ${(100 * material!.selfish).toFixed(1)} %`,
  }),
};
