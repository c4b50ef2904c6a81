import { identity, type Order, orderOf } from '@interlayer/layer-permute';
import type { LinearModel } from '@interlayer/linalg';
import type { Specimen } from '../../../subjects/specimen';
import { changesOf, type Kind, withChanged } from './kinds';
import type { Piece } from './stack';
import type { Part } from './stand-ins';
import { openTrial } from './trial';

/** The layers of a model as they are, then every layer changed in every way, for orders that choose among them. */
export interface ChangedPieces {
  pieces: readonly Piece[];
  /** All layers as they are. */
  own: Order;
  /** Some layers changed in one way, the others as they are. */
  changed(kind: Kind, layers: readonly number[]): Order;
  dispose(): void;
}

/** @param maps affine maps by layer and part, of all parts that some kind replaces */
export function changedPieces(
  specimen: Specimen,
  kinds: readonly Kind[],
  maps: readonly Readonly<Partial<Record<Part, LinearModel>>>[],
  seed: number,
): ChangedPieces {
  const layers = identity(specimen.layers);
  const opened = kinds.flatMap((kind) =>
    layers.map((layer) => {
      const order = orderOf([layer], layers.length);
      const trial = openTrial(specimen, { name: kind, changes: changesOf(kind, [layer]), order }, seed);
      trial.assign(maps);
      return { layer, trial };
    }),
  );
  const pieces = [
    ...layers.map((layer) => ({ layer })),
    ...opened.map(({ layer, trial: { edits } }) => ({ layer, edits })),
  ];
  return {
    pieces,
    own: orderOf(layers, pieces.length),
    changed: (kind, some) => withChanged(layers.length, layers.length * (1 + kinds.indexOf(kind)), some, pieces.length),
    dispose() {
      for (const { trial } of opened) trial.dispose();
    },
  };
}
