import { identity, type Order, repeat, type Swap, shuffles, swaps, sweep } from '@interlayer/layer-permute';
import type { Runtime } from '@interlayer/runtime';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { type Bench, type Material, material } from '../../../materials/material';
import { type Specimen, sharedWeights } from '../../../subjects/specimen';
import type { AskedRow } from './asked-rows';
import { heldOutMasked } from './masked-text';
import { heldOutNext, NEXT_STRETCHES, STRETCH } from './next-tokens';
import { deviationsOf, LONGEST, SOURCE, STRETCH_INTERVALS } from './sample';
import { openStack, type Piece } from './stack';
import { askedBatches, predictions, scoresOf, type TokenScores } from './token-scores';

/** What was measured of models with their layers in several orders, of which their own is the first. */
export interface Orders<K extends string> extends Sample {
  orders: readonly Order[];
  /** Names of the models. */
  names: readonly string[];
  /** [model][order], and a number for each row of text. */
  models: readonly (readonly Readonly<Record<K, Float64Array>>[])[];
  layers: number;
}

/** How well they predict the tokens that they are asked for: masked ones, or of a causal model every next one. */
export interface Ordered extends Orders<keyof TokenScores> {
  /** Loss of a unigram model on each row. */
  unigram: Float64Array;
}

const STRETCHES = 128;
/** Orders of each number of layers that stay. */
export const SHUFFLES = 16;
/** A stack of more layers than this has too many orders to try as many. */
const MANY_LAYERS = 12;
/** Orders of such a stack: swaps of each distance beyond neighbours, and shuffles of each number of layers that stay. */
const FEW = { swaps: 3, shuffles: 4 } as const;

interface Choice {
  name: string;
  sample: string;
  seconds: number;
  orders(layers: number, seed: number): Order[];
  /** The variants to compare; models that differ in their seed alone unless given. */
  variants?: readonly string[];
  /** Scores of the same text, some of them of the same models in the same orders: these are not made again. */
  uses?: readonly Material<Ordered>[];
}

const ordered = ({ name, sample, seconds, orders, variants, uses = [] }: Choice): Material<Ordered> =>
  material({
    name,
    needs: ['readout', ...(variants?.slice(1).map((each) => `variant:${each}` as const) ?? ['seeds' as const])],
    source: SOURCE,
    sample: `${sample}; ${STRETCHES} stretches of ${LONGEST} held-out tokens, 15 % of them masked, or of a causal model ${NEXT_STRETCHES} of ${STRETCH}, every next one asked (controls: half as many); of more than ${MANY_LAYERS} layers, all neighbours, ${FEW.swaps} swaps of each other distance and ${FEW.shuffles} shuffles of each of some numbers of layers that stay`,
    budget: { seconds, megabytes: 1500 },
    uses,
    make: (bench) => makeOrdered(bench, orders, variants ?? bench.seeds, uses),
  });

/** Every swap of two layers; of many layers those of neighbours and a few of each other distance. */
export function someSwaps(layers: number, seed: number): Swap[] {
  const all = swaps(layers);
  if (layers <= MANY_LAYERS) return all;
  const few = new Set(
    Array.from({ length: layers - 2 }, (_, i) => {
      const alike = identity(all.length).filter((k) => all[k]!.distance === i + 2);
      return [...shuffle(alike, seedFrom(seed, 'swaps of layers', i + 2))].slice(0, FEW.swaps);
    }).flat(),
  );
  return all.filter(({ distance }, k) => distance === 1 || few.has(k));
}

const swapOrders = (layers: number, seed: number): Order[] => someSwaps(layers, seed).map(({ order }) => order);

const stayingExactly = (exactly: number, layers: number, seed: number, count = SHUFFLES): Order[] =>
  shuffles(layers, { exactly, count, seed: seedFrom(seed, 'orders of layers', exactly) });

/** Numbers of layers that can stay where the others all move: L − 2, L − 3, …, 0; of many layers every second, third or so, and 0. */
export function staying(layers: number): number[] {
  const step = Math.ceil(layers / MANY_LAYERS);
  return [...Array.from({ length: Math.ceil((layers - 2) / step) }, (_, i) => layers - 2 - i * step), 0];
}

export const everyShuffle = (layers: number, seed: number, count = SHUFFLES): Order[] =>
  staying(layers).flatMap((exactly) =>
    stayingExactly(exactly, layers, seed, layers > MANY_LAYERS ? Math.min(count, FEW.shuffles) : count),
  );

/** Every swap of two layers. */
export const swapped: Material<Ordered> = ordered({
  name: 'swapped layers',
  sample: 'every swap of two layers',
  seconds: 150,
  orders: swapOrders,
});

/** Random orders in which no layer stays. */
const allMoved: Material<Ordered> = ordered({
  name: 'layers that all move',
  sample: `${SHUFFLES} random orders in which none stays`,
  seconds: 90,
  orders: (layers, seed) => stayingExactly(0, layers, seed),
});

/** Random orders with L − 2, L − 3, …, 0 of the L layers in their own slots. */
export const shuffled: Material<Ordered> = ordered({
  name: 'shuffled layers',
  sample: `up to ${SHUFFLES} random orders for each number of layers that stay`,
  seconds: 300,
  orders: (layers, seed) => everyShuffle(layers, seed),
  uses: [allMoved],
});

/** Models that differ in how many feed-forward blocks they have. */
export const FEWER_BLOCKS = ['base', 'seed-2', 'half-ffn', 'half-ffn-seed-2', 'third-ffn', 'no-ffn'] as const;

/** Every swap and some orders in which no layer stays, of models with fewer and fewer feed-forward blocks. */
export const reordered: Material<Ordered> = ordered({
  name: 'models with fewer feed-forward blocks, re-ordered',
  sample: `every swap of two layers and ${SHUFFLES} random orders in which none stays`,
  seconds: 300,
  orders: (layers, seed) => [...swapOrders(layers, seed), ...stayingExactly(0, layers, seed)],
  variants: FEWER_BLOCKS,
  uses: [swapped, allMoved],
});

/** Each layer in every slot in turn. */
export const repeatedRightAfter: Material<Ordered> = ordered({
  name: 'one layer repeated, right after',
  sample: 'each layer run in all slots',
  seconds: 60,
  orders: (layers) => identity(layers).map((layer) => repeat(layers, layer, layers)),
});

/** A model with all skips, and one without both of those of a layer. */
export const SKIPS = { names: ['base', 'no-skip'], without: 2 } as const;

/** Every swap of two layers, of models with and without the skips of a layer. */
export const swappedSkips: Material<Ordered> = ordered({
  name: 'models with and without the skips of a layer, swapped',
  sample: 'every swap of two layers',
  seconds: 150,
  orders: swapOrders,
  variants: SKIPS.names,
  uses: [swapped],
});

async function makeOrdered(
  bench: Bench,
  ordersOf: Choice['orders'],
  names: readonly string[],
  uses: readonly Material<Ordered>[],
): Promise<Ordered> {
  const known = new Map<string, TokenScores>();
  const keyOf = (name: string, order: Order) => `${name}: ${order.join()}`;
  for (const material of uses) {
    const { names, orders, models } = await bench.get(material);
    for (const [i, name] of names.entries())
      for (const [k, order] of orders.entries()) known.set(keyOf(name, order), models[i]![k]!);
  }
  const base = await bench.specimen();
  const { layers } = base;
  const rows = await (base.kind === 'causal' ? heldOutNext(bench) : heldOutMasked(bench, STRETCHES));
  const orders = [identity(layers), ...ordersOf(layers, bench.seed)];
  const models: TokenScores[][] = [];
  for (const [i, name] of names.entries()) {
    const left = orders.filter((order) => !known.has(keyOf(name, order)));
    const onShare = (share: number) => bench.progress((i + share) / names.length);
    const scores = left.length
      ? await scoreOrders(await bench.specimen(name), rows, left, await bench.runtime(), onShare)
      : [];
    for (const [k, order] of left.entries()) known.set(keyOf(name, order), scores[k]!);
    models.push(orders.map((order) => known.get(keyOf(name, order))!));
  }
  return {
    orders,
    names,
    models,
    unigram: Float64Array.from(rows, ({ unigram }) => unigram),
    layers,
    units: { clusters: rows.map(({ text }) => text), method: STRETCH_INTERVALS },
    dropped: [],
    deviations: [
      ...deviationsOf(bench, base),
      'Accuracy at masked tokens (of a causal model: at every next token), right after the layers are moved. The paper: accuracy on MNLI of a fine-tuned model, right after and after three more epochs.',
    ],
  };
}

/**
 * Accuracy and loss of a model with its layers in each of some orders, for each row; all rows have one length.
 *
 * @param pieces what the orders arrange; the layers as they are, unless given
 */
export async function scoreOrders(
  specimen: Specimen,
  rows: readonly AskedRow[],
  orders: readonly Order[],
  { executor }: Runtime,
  onShare: (share: number) => void = () => {},
  pieces?: readonly Piece[],
): Promise<TokenScores[]> {
  const stack = openStack(specimen, executor, pieces);
  const read = executor.compile(
    ({ stream, ...asked }: { stream: tf.Tensor3D; places: tf.Tensor1D; labels: tf.Tensor1D }) =>
      predictions(specimen, stream, asked),
    { name: 'predictions', state: sharedWeights(specimen) },
  );
  try {
    const results = await sweep({
      layers: stack.pieces,
      orders,
      inputs: askedBatches(rows),
      start: ({ tensors }) => stack.start(tensors),
      block: (stream, piece, { input }) => piece(input.tensors, stream),
      async finish(stream, { rows, asked }) {
        const { top, losses } = await read({ stream, ...asked });
        return { rows, top: top.data, losses: losses.data };
      },
      onProgress: ({ share }) => onShare(share),
    });
    return results.map(scoresOf);
  } finally {
    await stack.dispose();
    await read.dispose();
  }
}
