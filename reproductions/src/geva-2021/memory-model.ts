import { type Activation, type Matrix, matrix } from '@interlayer/ffn-memory';
import { capture, type Hookable } from '@interlayer/tensor-hooks';
import { activationNames, type BlockWeights, feedForwardMemory } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';

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

/** The context of the prefix of a sentence that ends at a position. */
export function contextAt(sentence: Int32Array, position: number): Context {
  const tokens = Array.from(sentence);
  return { prefix: tokens.slice(0, position + 1), next: tokens[position + 1], rest: tokens.slice(position + 2) };
}

/** What a model is fed for a context. */
export interface ModelInput {
  ids: readonly number[];
  /** Index of `ids` at which the prediction is read. */
  at: number;
}

/** A sentence as a scan reads it: one forward pass, and the prefixes that it answers. */
export interface ScanInput {
  ids: readonly number[];
  /** The indices of `ids` that answer a prefix: `from` … `to` − 1. */
  from: number;
  to: number;
  /** Such an index, less this, is the position in the sentence at which its prefix ends. */
  shift: number;
}

export type ModelTensors = { ids: tf.Tensor2D; mask: tf.Tensor2D };

/** Points of a feed-forward block, under the names that all model families share. */
export type Site = 'middle' | 'ffn.preactivation' | 'ffn.hidden' | 'ffn.output' | 'ffn.sum' | 'output';

/** How vectors of the stream become scores of tokens: states(h) · Eᵀ + bias. */
export interface Readout {
  name: string;
  /** Whether scores add up where vectors do: no normalisation, no bias. */
  linear: boolean;
  /** What stands between the stream and the embedding, [n, d] to [n, d]. */
  states(h: tf.Tensor2D): tf.Tensor2D;
  /** [V, d] */
  embedding: tf.Tensor;
  /** [V] */
  bias?: tf.Tensor;
}

/** For each layer, which value each of its keys meets: a permutation of its cells. */
export type Pairs = readonly (readonly number[])[];

/** All that the claims know of a model; one adapter for each family makes it of the model's class. */
export interface MemoryModel {
  /** Whether the next token is predicted from the left alone, or a masked one from both sides. */
  kind: 'causal' | 'masked';
  layers: number;
  cells: number;
  width: number;
  vocabulary: number;
  /** Longest input. */
  positions: number;
  activation: Activation;
  /** Whether o = r + y; a post-LN block normalises that sum. */
  adds: boolean;
  /** The model's own readout first, then the bare r · Eᵀ where that is another. */
  readouts: readonly Readout[];
  /** Undefined where the context is too long for the model. */
  input(context: Context): ModelInput | undefined;
  /** `draw(n)` gives a whole number of 0 … n − 1. */
  scanInput(sentence: readonly number[], draw: (n: number) => number): ScanInput | undefined;
  /** One forward pass: the sites of all layers, [layer][site], each [B, T, ·]. */
  trace(tensors: ModelTensors, sites: readonly Site[]): tf.Tensor3D[][];
  /** The scores that the model itself gives at one place of each row, [B, V]; `place` holds a 1 there. */
  scores(tensors: ModelTensors, place: tf.Tensor2D): tf.Tensor2D;
  /** The values of a layer, one a row: [cells, d]. */
  values(layer: number): Promise<Matrix>;
  /** A model of the same shape with initial weights. */
  untrained(seed: number): MemoryModel;
  /** The same model, its weights copied, with value `pairs[layer][cell]` of each layer in the place of value `cell`. */
  withPairs(pairs: Pairs): MemoryModel;
  dispose(): void;
}

/** The tensors at some sites of all layers of one forward pass. */
export function traceSites<P extends string, I, O extends tf.TensorContainerObject>(
  model: Hookable<P, I, O>,
  layers: number,
  inputs: I,
  sites: readonly Site[],
): tf.Tensor3D[][] {
  const points = Array.from({ length: layers }, (_, layer) => sites.map((site) => `layers.${layer}.${site}`));
  const tensors = capture(model, inputs, points.flat() as P[]).tensors as Record<string, tf.Tensor>;
  return points.map((layer) => layer.map((point) => tensors[point] as tf.Tensor3D));
}

/** Our block's names of activations under those of the analyses. */
export const memoryActivation = (name: string): Activation => activationNames[name]!;

/** The values of a block's memory, one a row: [cells, d]. */
export async function valuesOf(block: BlockWeights): Promise<Matrix> {
  const { values, ...rest } = feedForwardMemory(block);
  try {
    return matrix((await values.data()) as Float32Array, values.shape[1]);
  } finally {
    tf.dispose([values, rest]);
  }
}

/** The values [B, T, k] at one place of each row, [B, k]: a product with a 0/1 row picks them without rounding. */
export const pickAt = (values: tf.Tensor3D, place: tf.Tensor2D): tf.Tensor2D =>
  tf.squeeze(tf.matMul(tf.expandDims(place, 1) as tf.Tensor3D, values), [1]);
