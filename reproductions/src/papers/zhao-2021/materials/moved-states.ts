import { identity, type Order, orderOf, sweep } from '@interlayer/layer-permute';
import type { Runtime } from '@interlayer/runtime';
import { mean } from '@interlayer/stats';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import type { CheckControl } from '../../../claim/claim';
import { drawRows, type TokenRow } from '../../../materials/hidden-states';
import { type Bench, type Material, material } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { branchStandIns } from './affine-maps';
import { changedPieces } from './changed-pieces';
import { everyShuffle, type Orders, someSwaps } from './orders';
import { deviationsOf, LONGEST, STRETCH_INTERVALS, textsOf } from './sample';
import { openStack, type Piece } from './stack';

/** How far final hidden states move when layers change places: their centred cosine with those of the own order. */
export interface Moved extends Orders<'cosine'> {
  /** The same with the states of other tokens, by model: what unrelated states have. */
  chance: readonly number[];
}

const STRETCHES = 40;
/** Orders of each number of layers that stay. */
export const SHUFFLES = 8;

/** What runs in the slots of a model, in several orders, of which its own is the first. */
interface Arrangement {
  orders: readonly Order[];
  /** What the orders arrange: the layers as they are first, and these alone, unless given. */
  pieces?: readonly Piece[];
  dispose?(): void;
}

const moved = (
  name: string,
  sample: string,
  seconds: number,
  arrange: (specimen: Specimen, bench: Bench, model: number) => Promise<Arrangement> | Arrangement,
  { uses = [] }: Pick<Material<Moved>, 'uses'> = {},
): Material<Moved> =>
  material({
    name,
    needs: [...new Set(['encoder', 'depth', 'seeds', ...uses.flatMap(({ needs }) => needs)] as const)],
    uses,
    source:
      'Direction: the paper, of accuracy. Margins: ours, set before measuring: a tenth of the cosine is more than an untrained stack moves with distance, which is a hundredth or two.',
    sample: `${sample}; ${STRETCHES} stretches of ${LONGEST} held-out tokens, without [CLS] and [SEP]`,
    budget: { seconds, megabytes: 2000 },
    make: (bench) => makeMoved(bench, arrange),
  });

export const movedBySwaps: Material<Moved> = moved(
  'final states after swaps',
  'every swap of two layers',
  150,
  ({ layers }, { seed }) => ({ orders: [identity(layers), ...someSwaps(layers, seed).map(({ order }) => order)] }),
);

export const movedByShuffles: Material<Moved> = moved(
  'final states after shuffles',
  `up to ${SHUFFLES} random orders for each number of layers that stay`,
  200,
  ({ layers }, { seed }) => ({ orders: [identity(layers), ...everyShuffle(layers, seed, SHUFFLES)] }),
);

/** What is done to one layer at a time: the kinds of changes in their order, each in all layers in turn. */
export const MOVING_KINDS = ['MLP replaced', 'MLP removed', 'attention removed', 'layer removed'] as const;

export const movedByChanges: Material<Moved> = moved(
  'final states after changes of a layer',
  'MLPs replaced by affine maps, and MLPs, attention and whole layers removed, in one layer at a time',
  240,
  async (specimen, bench, model) => {
    const maps = (await bench.get(branchStandIns))[model]!;
    const { own, changed, ...rest } = changedPieces(specimen, MOVING_KINDS, maps, bench.seed);
    const layers = identity(specimen.layers);
    return { ...rest, orders: [own, ...MOVING_KINDS.flatMap((kind) => layers.map((layer) => changed(kind, [layer])))] };
  },
  { uses: [branchStandIns] },
);

async function makeMoved(bench: Bench, arrange: Parameters<typeof moved>[3]): Promise<Moved> {
  const base = await bench.specimen();
  const rows = drawRows(await textsOf('test', bench), base, {
    count: Math.min(STRETCHES, bench.sample ?? STRETCHES),
    length: Math.min(LONGEST, base.positions - 2),
    seed: bench.seed,
  });
  let orders: readonly Order[] = [];
  const models: Awaited<ReturnType<typeof moveStates>>[] = [];
  for (const [i, name] of bench.seeds.entries()) {
    const specimen = await bench.specimen(name);
    const { pieces, dispose, ...arranged } = await arrange(specimen, bench, i);
    orders = arranged.orders;
    const onShare = (share: number) => bench.progress((i + share) / bench.seeds.length);
    try {
      models.push(await moveStates(specimen, rows, orders, await bench.runtime(), onShare, pieces));
    } finally {
      dispose?.();
    }
  }
  return {
    orders,
    names: bench.seeds,
    models: models.map(({ cosines }) => cosines.map((cosine) => ({ cosine }))),
    chance: models.map(({ chance }) => chance),
    layers: base.layers,
    units: { clusters: rows.map(({ text }) => text), method: STRETCH_INTERVALS },
    dropped: [],
    deviations: [
      ...deviationsOf(bench),
      'By how far final hidden states move, right after the layers do; the model needs no head for it. The paper: accuracy on MNLI of a fine-tuned model.',
    ],
  };
}

/**
 * The centred cosine between the final states of a model with its layers in each of some orders and in their own, mean over
 * the tokens of each row: [order][row]. `chance` is that of the own order with states of other tokens.
 *
 * @param pieces what the orders arrange, the layers as they are first; these alone, unless given
 */
export async function moveStates(
  specimen: Specimen,
  rows: readonly TokenRow[],
  orders: readonly Order[],
  { executor }: Runtime,
  onShare: (share: number) => void = () => {},
  pieces: readonly Piece[] = identity(specimen.layers).map((layer) => ({ layer })),
): Promise<{ cosines: Float64Array[]; chance: number }> {
  const { layers, width, tokenizer } = specimen;
  const { cls, sep } = tokenizer.special;
  const ids = rows.flatMap(({ ids }) => [cls!, ...ids, sep!]);
  const shape = [rows.length, ids.length / rows.length];
  // All rows are one batch, so that the states of an order are there at once to be centred.
  const inputs = {
    ids: hostTensor(ids, shape, 'int32'),
    mask: hostTensor(new Float32Array(ids.length).fill(1), shape),
  };
  const stack = openStack(specimen, executor, pieces);
  const run = <R>(
    orders: readonly Order[],
    finish: (directions: Float64Array) => R,
    onShare: (share: number) => void,
  ) =>
    sweep({
      layers: stack.pieces,
      orders,
      inputs: [inputs],
      start: stack.start,
      block: (stream, piece) => piece(inputs, stream),
      finish: (stream) => finish(directions(stream)),
      onProgress: ({ share }) => onShare(share),
    });
  try {
    const [[own]] = (await run(
      [orderOf(identity(layers), pieces.length)],
      (directions) => directions,
      () => {},
    )) as [[Float64Array]];
    const cosines = await run(orders, (moved) => rowCosines(own, moved, rows.length, width), onShare);
    const half = Math.floor(rows.length / 2) * (own.length / rows.length);
    const others = rowCosines(
      own,
      own.map((_, i) => own[(i + half) % own.length]!),
      rows.length,
      width,
    );
    return { cosines: cosines.map(([cosine]) => cosine!), chance: mean(others) };
  } finally {
    await stack.dispose();
  }
}

/** States [B, T, d] of all tokens but the first and the last of each row, less their mean, as unit vectors. */
function directions({ data, shape: [rows, length, width] }: HostTensor): Float64Array {
  const tokens = rows! * (length! - 2);
  const states = new Float64Array(tokens * width!);
  const center = new Float64Array(width!);
  for (let token = 0; token < tokens; token++) {
    const from = (token + 2 * Math.floor(token / (length! - 2)) + 1) * width!;
    for (let i = 0; i < width!; i++) {
      states[token * width! + i] = data[from + i]!;
      center[i]! += data[from + i]! / tokens;
    }
  }
  for (let token = 0; token < tokens; token++) {
    const state = states.subarray(token * width!, (token + 1) * width!);
    for (let i = 0; i < width!; i++) state[i]! -= center[i]!;
    const norm = Math.sqrt(state.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < width!; i++) state[i]! /= norm;
  }
  return states;
}

/** The cosine of unit vectors, mean over the tokens of each row, all of which have as many. */
function rowCosines(a: Float64Array, b: Float64Array, rows: number, width: number): Float64Array {
  const perRow = a.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * perRow; i < (row + 1) * perRow; i++) sum += a[i]! * b[i]!;
    return (sum * width) / perRow;
  });
}

/** Whether the cosine tells states that did not move from those that have nothing in common. */
export const cosineEnds: CheckControl<Moved, unknown> = {
  record: {
    name: 'the same states, and those of other tokens',
    kind: 'positive',
    description: 'The cosine where nothing moved, and that of final states with those of tokens half of the text away',
    expected: 'at least 0.9999 and within 0.05 of 0',
  },
  check([moved]) {
    const same = Math.min(...moved!.models.flatMap(([own]) => [...own!.cosine]));
    const chance = Math.max(...moved!.chance.map(Math.abs));
    return {
      passed: same >= 0.9999 && chance <= 0.05,
      detail: `${same.toFixed(4)} where nothing moved, at most ${chance.toFixed(3)} away from 0 with other tokens`,
    };
  },
};
