import { identity } from '@interlayer/layer-permute';
import type { Executor, HostTensor } from '@interlayer/tensor-compile';
import type { Edit } from '@interlayer/tensor-hooks';
import type * as tf from '@tensorflow/tfjs-core';
import { type ModelTensors, type Specimen, sharedWeights } from '../../../subjects/specimen';

/** A layer of a stack, with what is changed in it; points are those of slot 0. */
export interface Piece {
  layer: number;
  edits?: readonly Edit<never>[];
}

/** What a model is fed, outside of tfjs. */
export interface StackInputs {
  ids: HostTensor;
  mask: HostTensor;
}

/** A model in compiled pieces, which a sweep puts in any order. */
export interface Stack {
  /** The embeddings, [B, T, d]. */
  start(inputs: StackInputs): Promise<HostTensor>;
  /** The stream behind a piece. */
  pieces: readonly ((inputs: StackInputs, stream: HostTensor) => Promise<HostTensor>)[];
  dispose(): Promise<void>;
}

/** @param pieces the layers as they are, unless given */
export function openStack(
  specimen: Specimen,
  executor: Executor,
  pieces: readonly Piece[] = identity(specimen.layers).map((layer) => ({ layer })),
): Stack {
  const state = sharedWeights(specimen);
  const start = executor.compile((tensors: ModelTensors) => specimen.streamAfter([], tensors), {
    name: 'embeddings',
    state,
  });
  const blocks = pieces.map(({ layer, edits }) =>
    executor.compile(
      ({ stream, ...tensors }: ModelTensors & { stream: tf.Tensor3D }) =>
        specimen.streamAfter([layer], tensors, stream, edits),
      { name: `layer ${layer + 1}`, state },
    ),
  );
  return {
    start: async (inputs) => (await start(inputs)) as HostTensor,
    pieces: blocks.map((block) => async (inputs, stream) => (await block({ ...inputs, stream })) as HostTensor),
    async dispose() {
      for (const graph of [start, ...blocks]) await graph.dispose();
    },
  };
}
