import { identity, type Order, shuffles, swaps, sweep } from '@interlayer/layer-permute';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import type { Edit } from '@interlayer/tensor-hooks';
import { seedFrom } from '@interlayer/text-data';
import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { type Bench, type Material, material } from '../../../materials/material';
import type { ModelTensors, Specimen } from '../../../subjects/specimen';
import { type MaskedScores, maskedBatches, predictions, scoresOf } from './masked-scores';
import { heldOutMasked, type MaskedRow } from './masked-text';
import { DEVIATIONS, LONGEST, SEEDS, type Seed, SOURCE, STRETCH_INTERVALS } from './sample';

/** Models with their layers in several orders; their own order is the first. */
export interface Ordered extends Sample {
  orders: readonly Order[];
  models: Record<Seed, MaskedScores[]>;
  /** Loss of a unigram model on each row. */
  unigram: Float64Array;
  layers: number;
}

const STRETCHES = 128;
/** Orders of each number of layers that stay. */
export const SHUFFLES = 16;

const ordered = (name: string, sample: string, seconds: number, orders: (layers: number, seed: number) => Order[]) =>
  material<Ordered>({
    name,
    needs: ['encoder', 'readout', 'variant:seed-2'],
    source: SOURCE,
    sample: `${sample}; ${STRETCHES} stretches of ${LONGEST} held-out tokens, 15 % of them masked (controls: half as many)`,
    budget: { seconds, megabytes: 1500 },
    make: (bench) => makeOrdered(bench, orders),
  });

/** Every swap of two layers. */
export const swapped: Material<Ordered> = ordered('swapped layers', 'every swap of two layers', 150, (layers) =>
  swaps(layers).map(({ order }) => order),
);

/** Random orders with L − 2, L − 3, …, 0 of the L layers in their own slots. */
export const shuffled: Material<Ordered> = ordered(
  'shuffled layers',
  `up to ${SHUFFLES} random orders for each number of layers that stay`,
  300,
  (layers, seed) =>
    Array.from({ length: layers - 1 }, (_, i) => layers - 2 - i).flatMap((exactly) =>
      shuffles(layers, { exactly, count: SHUFFLES, seed: seedFrom(seed, 'orders of layers', exactly) }),
    ),
);

async function makeOrdered(bench: Bench, ordersOf: (layers: number, seed: number) => Order[]): Promise<Ordered> {
  const { layers } = await bench.specimen();
  const rows = await heldOutMasked(bench, STRETCHES);
  const orders = [identity(layers), ...ordersOf(layers, bench.seed)];
  const models: Partial<Ordered['models']> = {};
  for (const [i, seed] of SEEDS.entries())
    models[seed] = await scoreOrders(await bench.specimen(seed), rows, orders, await bench.runtime(), (share) =>
      bench.progress((i + share) / SEEDS.length),
    );
  return {
    orders,
    models: models as Ordered['models'],
    unigram: Float64Array.from(rows, ({ unigram }) => unigram),
    layers,
    units: { clusters: rows.map(({ text }) => text), method: STRETCH_INTERVALS },
    dropped: [],
    deviations: [
      ...DEVIATIONS,
      'Accuracy at masked tokens, right after the layers are moved. The paper: accuracy on MNLI of a fine-tuned model, right after and after three more epochs.',
    ],
  };
}

/** A layer of a stack, with what is changed in it; points are those of slot 0. */
export interface Piece {
  layer: number;
  edits?: readonly Edit<never>[];
}

/**
 * Masked accuracy and loss of a model with its layers in each of some orders, for each row; all rows have one length.
 *
 * @param pieces what the orders arrange; the layers as they are, unless given
 */
export async function scoreOrders(
  specimen: Specimen,
  rows: readonly MaskedRow[],
  orders: readonly Order[],
  { executor }: Runtime,
  onShare: (share: number) => void = () => {},
  pieces: readonly Piece[] = identity(specimen.layers).map((layer) => ({ layer })),
): Promise<MaskedScores[]> {
  const start = executor.compile((tensors: ModelTensors) => specimen.streamAfter([], tensors), { name: 'embeddings' });
  const blocks = pieces.map(({ layer, edits }) =>
    executor.compile(
      ({ stream, ...tensors }: ModelTensors & { stream: tf.Tensor3D }) =>
        specimen.streamAfter([layer], tensors, stream, edits),
      { name: `layer ${layer + 1}` },
    ),
  );
  const read = executor.compile(
    ({ stream, ...asked }: { stream: tf.Tensor3D; places: tf.Tensor1D; labels: tf.Tensor1D }) =>
      predictions(specimen, stream, asked),
    { name: 'predictions' },
  );
  try {
    const results = await sweep({
      layers: blocks,
      orders,
      inputs: maskedBatches(rows),
      start: async ({ tensors }) => (await start(tensors)) as HostTensor,
      block: async (stream, block, { input }) => (await block({ ...input.tensors, stream })) as HostTensor,
      async finish(stream, { rows, asked }) {
        const { top, losses } = await read({ stream, ...asked });
        return { rows, top: top.data, losses: losses.data };
      },
      onProgress: ({ share }) => onShare(share),
    });
    return results.map(scoresOf);
  } finally {
    for (const graph of [start, ...blocks, read]) await graph.dispose();
  }
}
