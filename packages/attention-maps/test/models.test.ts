import { createBert } from '@interlayer/bert-model';
import { createGpt } from '@interlayer/gpt-model';
import { type Matrix, matrix, rowsOf, transpose } from '@interlayer/linalg';
import { capture } from '@interlayer/tensor-hooks';
import { randomizeWeights, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ActivationName, type Affine, attentionMaps, type Layer, type Scope, scopesOf } from '../src/index';

const [WIDTH, HEADS, LENGTH, INNER] = [8, 2, 6, 20];
const EPSILON = 1e-5;

beforeAll(() => useBackend('cpu'));

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
function layerOf(
  model: { weights: Weights },
  at: (site: string) => tf.Tensor,
  norm: Layer['norm'],
  activation: ActivationName,
  names: Names,
) {
  const states = (site: string) => matrix(at(site).dataSync() as Float32Array, WIDTH);
  const probabilities = matrix(at('attention.probabilities').dataSync() as Float32Array, LENGTH);
  const affine = (name: string): Affine => {
    const weight = plain(model.weights, `${name}.weight`);
    return { weight: norm === 'post' ? weight : transpose(weight), bias: vector(model.weights, `${name}.bias`) };
  };
  const normOf = (name: string) => ({
    gain: vector(model.weights, `${name}.weight`),
    bias: vector(model.weights, `${name}.bias`),
    epsilon: EPSILON,
  });
  const layer: Layer = {
    norm,
    input: states('input'),
    attention: Array.from({ length: HEADS }, (_, head) => rowsOf(probabilities, head * LENGTH, (head + 1) * LENGTH)),
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

const bertNames = (layer: number): Names => {
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

const gptNames = (layer: number): Names => {
  const at = `transformer.h.${layer}`;
  return {
    // Query, key and value lie side by side: [d, 3d].
    value: (weights) => ({
      weight: rowsOf(transpose(plain(weights, `${at}.attn.c_attn.weight`)), 2 * WIDTH, 3 * WIDTH),
      bias: vector(weights, `${at}.attn.c_attn.bias`).subarray(2 * WIDTH),
    }),
    output: `${at}.attn.c_proj`,
    attentionNorm: `${at}.ln_1`,
    up: `${at}.mlp.c_fc`,
    down: `${at}.mlp.c_proj`,
    norm: `${at}.ln_2`,
  };
};

const makeBert = (hidden_act: string) =>
  createBert(
    {
      vocab_size: 40,
      hidden_size: WIDTH,
      num_hidden_layers: 2,
      num_attention_heads: HEADS,
      intermediate_size: INNER,
      max_position_embeddings: LENGTH,
      layer_norm_eps: EPSILON,
      hidden_act,
    },
    { seed: 1 },
  );

const makeGpt = (activation_function: string) =>
  createGpt(
    {
      vocab_size: 40,
      n_embd: WIDTH,
      n_layer: 2,
      n_head: HEADS,
      n_inner: INNER,
      n_positions: LENGTH,
      layer_norm_epsilon: EPSILON,
      activation_function,
    },
    { seed: 1 },
  );

const CASES = [
  { name: 'BERT, exact GELU', make: makeBert, named: 'gelu', activation: 'gelu', norm: 'post', names: bertNames },
  { name: 'BERT, ReLU', make: makeBert, named: 'relu', activation: 'relu', norm: 'post', names: bertNames },
  { name: 'GPT-2, tanh GELU', make: makeGpt, named: 'gelu_new', activation: 'gelu-tanh', norm: 'pre', names: gptNames },
  { name: 'GPT-2, ReLU', make: makeGpt, named: 'relu', activation: 'relu', norm: 'pre', names: gptNames },
] as const;

describe.each(CASES)('in a forward pass of a tiny $name', ({ make, named, activation, norm, names }) => {
  const layers: ReturnType<typeof layerOf>[] = [];

  beforeAll(() => {
    const model = make(named);
    let seed = 3;
    randomizeWeights(model.weights, (size) => randomValues(size, seed++));
    const ids = tf.tensor2d(
      Array.from({ length: LENGTH }, (_, i) => (7 * i * i + 3) % 40),
      [1, LENGTH],
      'int32',
    );
    const run = capture(model as ReturnType<typeof makeBert>, { ids }, '**');
    for (const layer of [0, 1])
      layers.push(layerOf(model, (site) => run.at(`layers.${layer}.${site}` as never), norm, activation, names(layer)));
    run.dispose();
    tf.dispose(ids);
    model.dispose();
  });

  it('contributions sum to the captured activations at every scope', async () => {
    for (const { layer, activations } of layers) {
      expect(Object.keys(activations)).toEqual(scopesOf(layer));
      const maps = await attentionMaps(layer, { check: { activations, tolerance: tolerance.forward } });
      for (const { gap } of Object.values(maps)) expect(gap).toBeLessThan(tolerance.contributionSum);
    }
  });

  it.each([
    ['epsilon', (layer: Layer): Layer => ({ ...layer, attentionNorm: { ...layer.attentionNorm, epsilon: 0.1 } })],
    ['the value bias', (layer: Layer): Layer => ({ ...layer, value: { weight: layer.value.weight } })],
    ['the output bias', (layer: Layer): Layer => ({ ...layer, output: { weight: layer.output.weight } })],
    ['the order of heads', (layer: Layer): Layer => ({ ...layer, attention: layer.attention.toReversed() })],
    [
      'the activation',
      (layer: Layer): Layer => ({ ...layer, feedForward: { ...layer.feedForward!, activation: 'silu' } }),
    ],
  ])('a wrong layer is caught: %s', async (_, spoil) => {
    const { layer, activations } = layers[0];
    await expect(attentionMaps(spoil(layer), { check: { activations } })).rejects.toThrow(
      /miss the captured activation/,
    );
  });
});
