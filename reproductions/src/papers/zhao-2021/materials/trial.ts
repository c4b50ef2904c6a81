import { identity, type Order } from '@interlayer/layer-permute';
import type { LinearModel } from '@interlayer/linalg';
import type { Edit } from '@interlayer/tensor-hooks';
import { seedFrom } from '@interlayer/text-data';
import type { Linear } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { Specimen } from '../../../subjects/specimen';
import {
  type AffineTensors,
  accident,
  affine,
  affineTensors,
  inPlaceOf,
  type Part,
  type StandIn,
  zeros,
} from './stand-ins';

/** What happens to a part of some layers: nothing in its place, its affine map, the authors' accident, or no training. */
export interface Change {
  part: Part;
  how: 'removed' | 'replaced' | 'randomised' | 'frozen';
  layers: readonly number[];
}

/** A model with its layers in some order, parts of them changed. */
export interface Trial {
  name: string;
  /** The layers' own order, unless given. */
  order?: Order;
  /** Changes by layer, wherever it runs. */
  changes?: readonly Change[];
}

/** A model changed as a trial says. */
export interface Changed {
  order: readonly number[];
  edits: readonly Edit<never>[];
  /** What further training changes: the weights that reach the output and are not frozen, and the affine maps. */
  trained: Readonly<Record<string, tf.Variable>>;
  /** Takes affine maps for those in it, by layer and part. */
  assign(maps: readonly Readonly<Partial<Record<Part, LinearModel>>>[]): void;
  dispose(): void;
}

const weightsOf = ({ blocks }: Pick<Specimen, 'blocks'>, layer: number, part: Part): tf.Tensor[] => {
  const { attention, feedForward } = blocks[layer]!;
  if (part === 'attention') return [attention.projections, attention.output].flat().flatMap(tensorsOf);
  const { gate, up, down } = feedForward!;
  return [gate ?? [], up, part === 'mlp' ? down : []].flat().flatMap(tensorsOf);
};
const tensorsOf = ({ weight, bias }: Linear): tf.Tensor[] => (bias ? [weight, bias] : [weight]);
const allWeights = ({ blocks }: Pick<Specimen, 'blocks'>, layer: number): tf.Tensor[] => {
  const { attention, feedForward } = blocks[layer]!;
  const { gate, up, down } = feedForward ?? {};
  const linears = [attention.projections, attention.output, gate ?? [], up ?? [], down ?? []];
  const norms = feedForward ? [attention.norm, feedForward.norm] : [attention.norm];
  return [...linears.flat().flatMap(tensorsOf), ...norms.flatMap(({ gain, bias }) => (bias ? [gain, bias] : [gain]))];
};

/** Opens a trial on a model, whose weights it shares. */
export function openTrial(
  specimen: Specimen,
  { order = identity(specimen.layers), changes = [] }: Trial,
  seed: number,
): Changed {
  const idle = new Set(
    identity(specimen.layers).flatMap((layer) => (order.includes(layer) ? [] : allWeights(specimen, layer))),
  );
  const maps: { part: Part; layer: number; tensors: Record<keyof AffineTensors, tf.Variable> }[] = [];
  const edits: Edit<never>[] = [];
  for (const { part, how, layers } of changes)
    for (const layer of layers) {
      for (const weight of weightsOf(specimen, layer, part)) idle.add(weight);
      if (how === 'frozen') continue;
      let standIn: StandIn = zeros;
      if (how === 'randomised') {
        if (part !== 'mlp') throw new Error(`Only the MLP can be randomised; the trial asks it of "${part}".`);
        standIn = accident(specimen, seedFrom(seed, 'accident', layer));
      }
      if (how === 'replaced') {
        const tensors = mapFor(specimen, part);
        maps.push({ part, layer, tensors });
        standIn = affine(tensors);
      }
      for (const [slot, source] of order.entries()) if (source === layer) edits.push(...inPlaceOf(part, slot, standIn));
    }
  const kept = Object.entries(specimen.weights).filter(([, weight]) => !idle.has(weight));
  const added = maps.flatMap(({ part, layer, tensors }) =>
    Object.entries(tensors).map(([name, tensor]) => [`layer ${layer}, ${part}, ${name}`, tensor] as const),
  );
  return {
    order,
    edits,
    trained: Object.fromEntries([...kept, ...added]),
    assign(models) {
      for (const { part, layer, tensors } of maps) {
        const model = models[layer]?.[part];
        if (!model) throw new Error(`There is no affine map of layer ${layer}, ${part}; fit it first.`);
        const { A, b } = affineTensors(model);
        tensors.A.assign(A);
        tensors.b.assign(b);
        tf.dispose([A, b]);
      }
    },
    dispose: () => tf.dispose(maps.map(({ tensors }) => tensors)),
  };
}

const mapFor = ({ width, cells }: Specimen, part: Part) => {
  const out = part === 'first dense' ? cells : width;
  return tf.tidy(() => ({ A: tf.variable(tf.zeros([width, out])), b: tf.variable(tf.zeros([out])) }));
};
