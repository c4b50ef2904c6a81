import { type Matrix, matrix, rowsOf, transpose } from '@interlayer/linalg';
import type * as tf from '@tensorflow/tfjs-core';
import type { ActivationName, Affine, Layer, Scope } from '../src/index';

/** Where a model's block has the state at the end of each scope. */
const POINTS: Record<Layer['norm'], Partial<Record<Scope, string>>> = {
  post: {
    Attn: 'attention.output',
    AttnRes: 'attention.sum',
    Atb: 'middle',
    AtbFf: 'ffn.output',
    AtbFfRes: 'ffn.sum',
    AtbFfResLn: 'output',
  },
  pre: { Attn: 'attention.output', Atb: 'middle', AtbLn: 'ffn.input', AtbLnFf: 'ffn.output', AtbLnFfRes: 'output' },
};

type Weights = Readonly<Record<string, tf.Variable>>;
/** How a model spells a layer's weights, and what its config says. */
export interface Naming {
  norm: Layer['norm'];
  names: Names;
  activation: ActivationName;
  epsilon: number;
}

interface Names {
  value(weights: Weights): Affine;
  output: string;
  attentionNorm: string;
  up: string;
  down: string;
  norm: string;
}

const plain = (weights: Weights, name: string): Matrix =>
  matrix(weights[name].dataSync() as Float32Array, weights[name].shape[1] as number);
const vector = (weights: Weights, name: string) => weights[name].dataSync() as Float32Array;

/** A layer of a model with its captured states, for one sequence. */
export function layerOf(
  model: { weights: Weights },
  at: (site: string) => tf.Tensor,
  { norm, names, activation, epsilon }: Naming,
) {
  const [, heads, length] = at('attention.probabilities').shape as [number, number, number, number];
  const states = (site: string) => matrix(at(site).dataSync() as Float32Array, at(site).shape.at(-1)!);
  const probabilities = states('attention.probabilities');
  const affine = (name: string): Affine => {
    const weight = plain(model.weights, `${name}.weight`);
    return { weight: norm === 'post' ? weight : transpose(weight), bias: vector(model.weights, `${name}.bias`) };
  };
  const normOf = (name: string) => ({
    gain: vector(model.weights, `${name}.weight`),
    bias: vector(model.weights, `${name}.bias`),
    epsilon,
  });
  const layer: Layer = {
    norm,
    input: states('input'),
    attention: Array.from({ length: heads }, (_, head) => rowsOf(probabilities, head * length, (head + 1) * length)),
    value: names.value(model.weights),
    output: affine(names.output),
    attentionNorm: normOf(names.attentionNorm),
    feedForward: { up: affine(names.up), down: affine(names.down), activation, norm: normOf(names.norm) },
  };
  const activations = Object.fromEntries(
    Object.entries(POINTS[norm]).map(([scope, site]) => [scope, states(site as string)]),
  ) as Partial<Record<Scope, Matrix>>;
  return { layer, activations };
}

export const bertNames = (layer: number): Names => {
  const at = `bert.encoder.layer.${layer}`;
  const value = `${at}.attention.self.value`;
  return {
    value: (weights) => ({ weight: plain(weights, `${value}.weight`), bias: vector(weights, `${value}.bias`) }),
    output: `${at}.attention.output.dense`,
    attentionNorm: `${at}.attention.output.LayerNorm`,
    up: `${at}.intermediate.dense`,
    down: `${at}.output.dense`,
    norm: `${at}.output.LayerNorm`,
  };
};

export const gptNames = (layer: number): Names => {
  const at = `transformer.h.${layer}`;
  return {
    // Query, key and value lie side by side: [d, 3d].
    value(weights) {
      const joined = transpose(plain(weights, `${at}.attn.c_attn.weight`));
      const [d, bias] = [joined.columns, vector(weights, `${at}.attn.c_attn.bias`)];
      return { weight: rowsOf(joined, 2 * d, 3 * d), bias: bias.subarray(2 * d) };
    },
    output: `${at}.attn.c_proj`,
    attentionNorm: `${at}.ln_1`,
    up: `${at}.mlp.c_fc`,
    down: `${at}.mlp.c_proj`,
    norm: `${at}.ln_2`,
  };
};
