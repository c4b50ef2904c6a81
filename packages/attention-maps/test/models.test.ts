import { createBert } from '@interlayer/bert-model';
import { createGpt } from '@interlayer/gpt-model';
import { capture } from '@interlayer/tensor-hooks';
import { randomizeWeights, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionMaps, type Layer, scopesOf } from '../src/index';
import { bertNames, gptNames, layerOf } from './model-layer';

const [WIDTH, HEADS, LENGTH, INNER] = [8, 2, 6, 20];
const EPSILON = 1e-5;

beforeAll(() => useBackend('cpu'));

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
      layers.push(
        layerOf(model, (site) => run.at(`layers.${layer}.${site}` as never), {
          norm,
          activation,
          epsilon: EPSILON,
          names: names(layer),
        }),
      );
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
