import { type Matrix, takeRows } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import {
  type Context,
  isLarge,
  type ModelInput,
  type ModelTensors,
  pickAt,
  type Site,
  type Specimen,
  sharedWeights,
} from '../subjects/specimen';
import { forEachBatch, hostMatrix, placesOf } from './batches';

/** What a tensor of a layer comes to at one place of each row, [B, k]; `place` holds a 1 there. */
type Pick = (tensor: tf.Tensor, place: tf.Tensor2D) => tf.Tensor2D;

/** A row that answers one input or more, each at its own place. */
interface SharedRow {
  ids: readonly number[];
  places: number[];
  /** Indices of the inputs. */
  indices: number[];
}

/** The row of each input; with `shares`, one that goes on where the input before it ends shares its row. */
function rowsOf(inputs: readonly ModelInput[], shares: boolean): SharedRow[] {
  const rows: SharedRow[] = [];
  for (const [index, { ids, at }] of inputs.entries()) {
    const row = rows.at(-1);
    if (row && shares && row.ids.length <= ids.length && row.ids.every((id, i) => id === ids[i])) {
      row.ids = ids;
      row.places.push(at);
      row.indices.push(index);
    } else rows.push({ ids, places: [at], indices: [index] });
  }
  return rows;
}

/**
 * Calls `use` with what some layers hold at the place of each input, batch by batch: [layer][site], one row for each of the
 * inputs with these indices.
 *
 * @param read the layers, all of them unless given; those behind the last of them do not run
 * @param shares whether inputs that begin alike are read at once, which the states of a causal model do not notice
 */
export async function traceAt(
  specimen: Specimen,
  inputs: readonly ModelInput[],
  runtime: Runtime,
  sites: readonly Site[],
  use: (layers: Matrix[][], indices: readonly number[]) => Promise<void>,
  pick: Pick = pickAt as Pick,
  read: readonly number[] = [...Array(specimen.layers).keys()],
  shares = specimen.kind === 'causal' && isLarge(specimen),
): Promise<void> {
  const rows = rowsOf(inputs, shares);
  const most = rows.reduce((largest, { places }) => Math.max(largest, places.length), 0);
  const forward = runtime.executor.compile(
    ({ ids, mask, ...places }: ModelTensors & Record<string, tf.Tensor2D>) => {
      // A compiled graph holds what its outputs need, and nothing else.
      const layers = specimen.trace({ ids, mask }, sites);
      return read.map((layer) =>
        layers[layer]!.map((tensor) => {
          const picked = Object.values(places).map((place) => pick(tensor, place));
          return picked.length === 1 ? picked[0]! : tf.concat(picked, 0);
        }),
      );
    },
    {
      name: `${sites.join(', ')} at the places that are read`,
      cacheSize: 2,
      state: sharedWeights(specimen),
    },
  );
  try {
    await forEachBatch(rows, specimen.positions, async (batch, indices, length) => {
      const chosen = indices.map((index) => rows[index]!);
      const nth = (n: number) => chosen.map(({ ids, places }) => ({ ids, at: places[n] ?? 0 }));
      const all = Array.from({ length: most }, (_, n) => [
        `place ${String(n).padStart(3, '0')}`,
        placesOf(nth(n), [...chosen.keys()], length),
      ]);
      const layers = (await forward({ ...batch, ...Object.fromEntries(all) })) as HostTensor[][];
      // One place of every row, then the next one, of the rows that have it.
      const taken = Array.from({ length: most }, (_, n) =>
        chosen.flatMap(({ indices }, row) => (n < indices.length ? [[n * chosen.length + row, indices[n]!]] : [])),
      ).flat();
      const lines = taken.map(([line]) => line!);
      await use(
        layers.map((layer) => layer.map((tensor) => takeLines(hostMatrix(tensor), lines))),
        taken.map(([, index]) => index!),
      );
    });
  } finally {
    await forward.dispose();
  }
}

/** Some rows of a matrix, in their order: the matrix itself where these are all. */
const takeLines = (all: Matrix, lines: readonly number[]): Matrix =>
  lines.length === all.rows ? all : takeRows(all, lines);

/**
 * One number for each context and layer, computed inside of the graph: [layer][context].
 *
 * @public
 */
export async function numbersAt(
  specimen: Specimen,
  contexts: readonly Context[],
  runtime: Runtime,
  site: Site,
  number: Pick,
): Promise<Float64Array[]> {
  const numbers = Array.from({ length: specimen.layers }, () => new Float64Array(contexts.length));
  const use = async (layers: Matrix[][], indices: readonly number[]) => {
    for (const [layer, [values]] of layers.entries())
      for (const [row, index] of indices.entries()) numbers[layer]![index] = values!.data[row]!;
  };
  await traceAt(specimen, inputsOf(specimen, contexts), runtime, [site], use, number);
  return numbers;
}

/** The inputs of contexts, all of which must fit. */
export const inputsOf = ({ input, positions }: Specimen, contexts: readonly Context[]): ModelInput[] =>
  contexts.map((context, i) => {
    const fitting = input(context);
    if (!fitting) throw new Error(`Context ${i} is too long for a model of ${positions} positions; leave it out.`);
    return fitting;
  });
