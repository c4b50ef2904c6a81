import type { Activation } from '@interlayer/ffn-memory';
import { type Matrix, matrix } from '@interlayer/linalg';
import { capture, type Edit, type Hookable, patch } from '@interlayer/tensor-hooks';
import type { Tokenizer } from '@interlayer/tokenizer';
import { type BlockWeights, feedForwardMemory } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { Need } from '../claim/schema';

/**
 * One place in a sentence at which a model is asked for a token. A causal model sees the prefix alone. A masked one sees
 * `rest` too, with a mask where the next token stands.
 */
export interface Context {
  /** Tokens to the left, at least one. */
  prefix: readonly number[];
  /** The token that stands at the place; undefined where the sentence ends. */
  next?: number;
  /** Tokens after it. */
  rest: readonly number[];
}

/** What a model is fed for a context. */
export interface ModelInput {
  ids: readonly number[];
  /** Index of `ids` at which the prediction is read. */
  at: number;
}

export type ModelTensors = { ids: tf.Tensor2D; mask: tf.Tensor2D };

/** Points of a block that claims read, under the names that all model families share. */
export type Site =
  | 'input'
  | 'attention.probabilities'
  | 'attention.context'
  | 'attention.output'
  | 'attention.sum'
  | 'middle'
  | 'ffn.input'
  | 'ffn.preactivation'
  | 'ffn.gate'
  | 'ffn.up'
  | 'ffn.hidden'
  | 'ffn.output'
  | 'ffn.sum'
  | 'output';

/** How vectors of the stream become scores of tokens: states(h) · Eᵀ + bias. */
export interface Readout {
  name: string;
  /** Whether scores add up where vectors do, but for a positive factor of each vector: no centring, no bias. */
  linear: boolean;
  /** That factor, of vectors [n, d]: [n, 1]; 1 unless given. */
  factor?(h: tf.Tensor2D): tf.Tensor2D;
  /** What stands between the stream and the embedding, [n, d] to [n, d]. */
  states(h: tf.Tensor2D): tf.Tensor2D;
  /** [V, d] */
  embedding: tf.Tensor;
  /** [V] */
  bias?: tf.Tensor;
}

/** The weights of a model by name, and which of them make its blocks. */
export interface Weighted {
  weights: Readonly<Record<string, tf.Variable>>;
  blocks: readonly BlockWeights[];
}

/** What a weight of a twin is, called in a tidy. */
export type NewWeights = (name: string, weight: tf.Variable) => tf.Tensor;

/** Variables for a twin. */
export const twinWeights = (weights: Weighted['weights'], values: NewWeights): Record<string, tf.Variable> =>
  Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, tf.tidy(() => tf.variable(values(name, weight)))]),
  );

/** A model, opened: all that conditions and materials know of it. It knows no paper. */
export interface Specimen extends Weighted {
  /** Whether the next token is predicted from the left alone, or a masked one from both sides. */
  kind: 'causal' | 'masked';
  layers: number;
  /** Memory cells of each layer. */
  cells: number;
  width: number;
  vocabulary: number;
  /** Longest input. */
  positions: number;
  activation: Activation;
  /** Whether its feed-forward blocks are gated: a memory's coefficient is activation(gate) · up, and has a sign. */
  gated: boolean;
  /** What a norm adds to the variance. */
  epsilon: number;
  /** Whether o = r + y; a post-LN block normalises that sum. */
  adds: boolean;
  tokenizer: Tokenizer;
  /** The model's own readout first, then the bare r · Eᵀ where that is another; none where there is no head. */
  readouts: readonly Readout[];
  /** Undefined where the context is too long for the model. */
  input(context: Context): ModelInput | undefined;
  /** One forward pass: the sites of all layers, [layer][site], each [B, T, ·]; `edits` as of `streamAfter`. */
  trace(tensors: ModelTensors, sites: readonly Site[], edits?: readonly Edit<never>[]): tf.Tensor3D[][];
  /**
   * The stream behind layers in any order, repeated or left out, [B, T, d]: the first of them reads `from`, which is the
   * embeddings unless given. `edits` change what passes points such as `layers.0.ffn.output`, counted by slot.
   */
  streamAfter(
    order: readonly number[],
    tensors: ModelTensors,
    from?: tf.Tensor3D,
    edits?: readonly Edit<never>[],
  ): tf.Tensor3D;
  /** The scores that the model itself gives at one place of each row, [B, V]; `place` holds a 1 there. */
  scores(tensors: ModelTensors, place: tf.Tensor2D): tf.Tensor2D;
  /** How `initial` draws, in words. */
  start: string;
  /**
   * A twin of the same shape with the weights that `values` gives. A weight that it gives back is shared, and takes no memory
   * of its own.
   */
  withWeights(values: NewWeights): Specimen;
  /** The model before its training, as its card tells; where none does, one drawn anew by its config and this seed. */
  initial(seed: number): Specimen;
  dispose(): void;
}

/** The stream behind all layers of a model; the first of them reads `from`, which is the embeddings unless given. */
export function streamThrough<P extends string, I, O extends tf.TensorContainerObject>(
  model: Hookable<P, I, O> & { order: readonly number[] },
  inputs: I,
  from?: tf.Tensor3D,
  edits: readonly Edit<never>[] = [],
): tf.Tensor3D {
  const last = model.order.length ? `layers.${model.order.length - 1}.output` : 'embeddings';
  const all = from ? [patch('embeddings' as string, from), ...edits] : edits;
  return capture(model, inputs, [last] as P[], { edits: all }).tensors[last as P] as tf.Tensor3D;
}

/** More memories than this make a model so costly to run that claims read less of the text. */
const MANY = 40_000;

/** Whether claims read less with a model, each says how much. */
export const isLarge = ({ layers, cells }: Pick<Specimen, 'layers' | 'cells'>): boolean => layers * cells > MANY;

/** The weights that graphs of a large model share; those of a small one are frozen into each graph, which runs faster. */
export const sharedWeights = (specimen: Pick<Specimen, 'layers' | 'cells' | 'weights'>): tf.Variable[] =>
  isLarge(specimen) ? Object.values(specimen.weights) : [];

/** The fewest layers that have a beginning, a middle and an end. */
const DEEP = 6;

/** Why a specimen lacks something, or undefined where it has it. */
export function lacking({ kind, layers, blocks, readouts }: Specimen, need: Need): string | undefined {
  if (need === 'readout') return readouts.length > 0 ? undefined : 'it has no head that predicts tokens';
  if (need === 'encoder')
    return kind === 'masked' ? undefined : 'it reads from left to right, and the claim is about BERT';
  if (need === 'causal')
    return kind === 'causal' ? undefined : 'it reads both sides of a token, and the claim is about the next one';
  if (need === 'depth')
    return layers >= DEEP ? undefined : `it has ${layers} layers, and a course over depth needs at least ${DEEP}`;
  if (need !== 'memories') return undefined;
  return blocks.every(({ feedForward }) => feedForward) ? undefined : 'some of its layers have no feed-forward block';
}

/** The tensors at some sites of all layers of one forward pass. */
export function traceSites<P extends string, I, O extends tf.TensorContainerObject>(
  model: Hookable<P, I, O>,
  layers: number,
  inputs: I,
  sites: readonly Site[],
  edits: readonly Edit<never>[] = [],
): tf.Tensor3D[][] {
  const points = Array.from({ length: layers }, (_, layer) => sites.map((site) => `layers.${layer}.${site}`));
  const tensors = capture(model, inputs, points.flat() as P[], { edits }).tensors as Record<string, tf.Tensor>;
  return points.map((layer) => layer.map((point) => tensors[point] as tf.Tensor3D));
}

/** A layer's memory: its values, one a row [cells, d], and what it adds whatever fires, [d]. */
export interface LayerMemory {
  values: Matrix;
  bias: Float32Array;
}

export async function memoryOf({ blocks }: Weighted, layer: number): Promise<LayerMemory> {
  const { values, valueBias, ...keys } = feedForwardMemory(blocks[layer]!);
  try {
    return {
      values: matrix((await values.data()) as Float32Array, values.shape[1]),
      bias: (await valueBias.data()) as Float32Array,
    };
  } finally {
    tf.dispose([values, valueBias, keys]);
  }
}

/** The values of a layer's memory, one a row: [cells, d]. */
export const valuesOf = async (model: Weighted, layer: number): Promise<Matrix> =>
  (await memoryOf(model, layer)).values;

/** The values [B, T, k] at one place of each row, [B, k]: a product with a 0/1 row picks them without rounding. */
export const pickAt = (values: tf.Tensor3D, place: tf.Tensor2D): tf.Tensor2D =>
  tf.squeeze(tf.matMul(tf.expandDims(place, 1) as tf.Tensor3D, values), [1]);
