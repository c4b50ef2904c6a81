import { identity, type Order, shuffles, swaps, sweep } from '@interlayer/layer-permute';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { seedFrom } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { type Bench, type Material, material } from '../../../materials/material';
import type { ModelTensors, Specimen } from '../../../subjects/specimen';
import { heldOutMasked, type MaskedRow } from './masked-text';
import { DEVIATIONS, LONGEST, SEEDS, type Seed, SOURCE, STRETCH_INTERVALS } from './sample';

/** How well a model predicts masked tokens: a number for each row of text. */
export interface MaskedScores {
  /** Share of the masked tokens that it ranks first, percent. */
  accuracy: Float64Array;
  /** Nats a token. */
  loss: Float64Array;
}

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

const BATCH = 16;

/** Masked accuracy and loss of a model with its layers in each of some orders, for each row; all rows have one length. */
export async function scoreOrders(
  specimen: Specimen,
  rows: readonly MaskedRow[],
  orders: readonly Order[],
  { executor }: Runtime,
  onShare: (share: number) => void = () => {},
): Promise<MaskedScores[]> {
  const [readout, layers] = [specimen.readouts[0]!, identity(specimen.layers)];
  const start = executor.compile((tensors: ModelTensors) => specimen.streamAfter([], tensors), { name: 'embeddings' });
  const blocks = layers.map((layer) =>
    executor.compile(
      ({ stream, ...tensors }: ModelTensors & { stream: tf.Tensor3D }) =>
        specimen.streamAfter([layer], tensors, stream),
      { name: `layer ${layer + 1}` },
    ),
  );
  const read = executor.compile(
    ({ stream, places, labels }: { stream: tf.Tensor3D; places: tf.Tensor1D; labels: tf.Tensor1D }) => {
      const states = readout.states(tf.gather(tf.reshape(stream, [-1, specimen.width]), places) as tf.Tensor2D);
      const product = tf.matMul(states, readout.embedding as tf.Tensor2D, false, true);
      const scores = readout.bias ? tf.add(product, readout.bias) : product;
      const ofLabels = tf.sum(tf.mul(scores, tf.oneHot(labels, specimen.vocabulary)), 1);
      return { top: tf.argMax(scores, 1), losses: tf.sub(tf.logSumExp(scores, 1), ofLabels) };
    },
    { name: 'predictions' },
  );
  try {
    const results = await sweep({
      layers,
      orders,
      inputs: batchesOf(rows),
      start: async ({ tensors }) => (await start(tensors)) as HostTensor,
      block: async (stream, layer, { input }) => (await blocks[layer]!({ ...input.tensors, stream })) as HostTensor,
      async finish(stream, { rows, places, labels }) {
        const { top, losses } = await read({ stream, places, labels });
        return byRow(rows, top.data, losses.data);
      },
      onProgress: ({ share }) => onShare(share),
    });
    return results.map((batches) => ({
      accuracy: Float64Array.from(batches.flatMap((rows) => rows.map(({ accuracy }) => accuracy))),
      loss: Float64Array.from(batches.flatMap((rows) => rows.map(({ loss }) => loss))),
    }));
  } finally {
    for (const graph of [start, ...blocks, read]) await graph.dispose();
  }
}

function batchesOf(all: readonly MaskedRow[]) {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, batch) => {
    const rows = all.slice(batch * BATCH, (batch + 1) * BATCH);
    const length = rows[0]!.ids.length;
    const shape = [rows.length, length];
    const flat = (of: (row: MaskedRow, index: number) => number[]) => {
      const values = rows.flatMap(of);
      return hostTensor(values, [values.length], 'int32');
    };
    return {
      rows,
      tensors: {
        ids: hostTensor(
          rows.flatMap(({ ids }) => [...ids]),
          shape,
          'int32',
        ),
        mask: hostTensor(new Float32Array(rows.length * length).fill(1), shape),
      },
      places: flat(({ places }, row) => Array.from(places, (place) => row * length + place)),
      labels: flat(({ labels }) => [...labels]),
    };
  });
}

/** Means over the masked tokens of each row. */
function byRow(rows: readonly MaskedRow[], top: ArrayLike<number>, losses: ArrayLike<number>) {
  let from = 0;
  return rows.map(({ labels }) => {
    let [hits, loss] = [0, 0];
    for (const label of labels) {
      if (top[from] === label) hits++;
      loss += losses[from++]!;
    }
    return { accuracy: (100 * hits) / labels.length, loss: loss / labels.length };
  });
}
