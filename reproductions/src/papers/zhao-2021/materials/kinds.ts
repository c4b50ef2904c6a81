import { orderOf, repeat, shuffle, swap } from '@interlayer/layer-permute';
import { seedFrom } from '@interlayer/text-data';
import type { Change, Trial } from './trial';

/** What is done to layers, each without their skips and LayerNorms: parts of all of them, in one way. */
export const KINDS = {
  'MLP replaced': [{ part: 'mlp', how: 'replaced' }],
  'MLP removed': [{ part: 'mlp', how: 'removed' }],
  'attention removed': [{ part: 'attention', how: 'removed' }],
  'layer removed': [
    { part: 'attention', how: 'removed' },
    { part: 'mlp', how: 'removed' },
  ],
  'attention replaced': [{ part: 'attention', how: 'replaced' }],
  'first dense replaced': [{ part: 'first dense', how: 'replaced' }],
  'MLP randomised': [{ part: 'mlp', how: 'randomised' }],
} as const satisfies Record<string, readonly Omit<Change, 'layers'>[]>;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** The kinds that are looked at in several layers at once, too. */
export const CUMULATIVE = ['MLP replaced', 'MLP removed', 'attention removed', 'layer removed'] as const;

export const changesOf = (kind: Kind, layers: readonly number[]): Change[] =>
  KINDS[kind].map((change) => ({ ...change, layers }));

/** The first `count` of the layers. */
const lowest = (count: number): number[] => Array.from({ length: count }, (_, layer) => layer);

/** "MLP removed, 3 lowest layers": the name of a trial. */
export const lowestName = (kind: Kind, count: number): string => `${kind}, ${count} lowest layers`;

const ofLowest = (kind: Kind, count: number): Trial => ({
  name: lowestName(kind, count),
  changes: changesOf(kind, lowest(count)),
});

/** Half of the layers, from the bottom. */
export const halfOf = (layers: number): number => Math.floor(layers / 2);

/** The interventions after which models are trained further; all of them where there is time. */
export function interventionTrials(layers: number, thorough = false): Trial[] {
  const half = halfOf(layers);
  if (!thorough)
    return [
      ofLowest('MLP replaced', half),
      ofLowest('MLP removed', half),
      ofLowest('MLP replaced', layers),
      ofLowest('MLP removed', layers),
      ofLowest('attention removed', half),
      ofLowest('layer removed', half),
    ];
  return [
    ...KIND_NAMES.flatMap((kind) => [
      ...lowest(layers).map((layer) => ({ name: `${kind}, layer ${layer + 1}`, changes: changesOf(kind, [layer]) })),
      ...[half, layers].map((count) => ofLowest(kind, count)),
    ]),
    ...(['mlp', 'attention'] as const).map((part) => ({
      name: `${part} frozen`,
      changes: [{ part, how: 'frozen' as const, layers: lowest(layers) }],
    })),
  ];
}

export const FIRST_TWO = 'first two layers swapped';
export const ENDS = 'first and last layer swapped';
export const NONE_STAYS = 'no layer in place';

/** The orders after which models are trained further. */
export const orderTrials = (layers: number, seed: number): Trial[] => [
  { name: FIRST_TWO, order: swap(layers, 0, 1) },
  { name: ENDS, order: swap(layers, 0, layers - 1) },
  { name: NONE_STAYS, order: shuffle(layers, { exactly: 0, seed: seedFrom(seed, 'order to train in') }) },
];

/** "layer 4 in all places": the name of a trial. */
export const repeatName = (layer: number): string => `layer ${layer + 1} in all places`;

/** The layers that are repeated before models are trained further: an early one, one of the middle, the last; all where there is time. */
export const repeatedOf = (layers: number, thorough = false): number[] =>
  thorough ? lowest(layers) : [0, halfOf(layers) - 1, layers - 1];

export const repeatTrials = (layers: number, thorough?: boolean): Trial[] =>
  repeatedOf(layers, thorough).map((layer) => ({ name: repeatName(layer), order: repeat(layers, layer, layers) }));

/** An order of pieces: the layers as they are, but some of them from the set of changed ones that begins at `from`. */
export const withChanged = (layers: number, from: number, changed: readonly number[], pieces: number) =>
  orderOf(
    lowest(layers).map((layer) => (changed.includes(layer) ? from + layer : layer)),
    pieces,
  );
