import type { Matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import {
  type Context,
  type ModelInput,
  type ModelTensors,
  pickAt,
  type Site,
  type Specimen,
} from '../subjects/specimen';
import { forEachBatch, hostMatrix, placesOf } from './batches';

/** What a tensor of a layer comes to at one place of each row, [B, k]; `place` holds a 1 there. */
type Pick = (tensor: tf.Tensor, place: tf.Tensor2D) => tf.Tensor2D;

/**
 * Calls `use` with what some layers hold at the place of each input, batch by batch: [layer][site], one row for each of the
 * inputs with these indices.
 *
 * @param read the layers, all of them unless given; those behind the last of them do not run
 */
export async function traceAt(
  specimen: Specimen,
  inputs: readonly ModelInput[],
  runtime: Runtime,
  sites: readonly Site[],
  use: (layers: Matrix[][], indices: readonly number[]) => Promise<void>,
  pick: Pick = pickAt as Pick,
  read: readonly number[] = [...Array(specimen.layers).keys()],
): Promise<void> {
  const forward = runtime.executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) => {
      // A compiled graph holds what its outputs need, and nothing else.
      const layers = specimen.trace({ ids, mask }, sites);
      return read.map((layer) => layers[layer]!.map((tensor) => pick(tensor, place)));
    },
    { name: `${sites.join(', ')} at the place that is read`, cacheSize: 2 },
  );
  try {
    await forEachBatch(inputs, specimen.positions, async (batch, indices, length) => {
      const layers = (await forward({ ...batch, place: placesOf(inputs, indices, length) })) as HostTensor[][];
      await use(
        layers.map((layer) => layer.map(hostMatrix)),
        indices,
      );
    });
  } finally {
    await forward.dispose();
  }
}

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
