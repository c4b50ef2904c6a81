import { identity, swaps, sweep } from '@interlayer/layer-permute';
import { capture, edit, patch, runWith } from '@interlayer/tensor-hooks';
import { expectConservesTensors } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { exampleInputs } from '../../transformer/test/causal';
import { describeCausalModel } from '../../transformer/test/causal-cases';
import { createLlama, type LlamaConfigInput, type LlamaModel, type LlamaScores, llamaConfig } from '../src/index';
import { llamaOracle } from './oracle';
import { tinyConfig, tinyLlama } from './tiny';

describeCausalModel<Partial<LlamaConfigInput>>('a Llama', {
  tiny: tinyLlama,
  oracle: (model, example) => llamaOracle(model as LlamaModel<LlamaScores>, example),
  configs: {
    'with shared heads of keys, of another size than the width has': {},
    'with a head of keys for each of queries': { num_key_value_heads: 4, head_dim: 2 },
    'with one head of keys': { num_key_value_heads: 1, rope_theta: 100 },
    'with biases': { attention_bias: true, mlp_bias: true },
    'with a tied readout and another activation': { tie_word_embeddings: true, hidden_act: 'gelu_pytorch_tanh' },
    'with a large epsilon': { rms_norm_eps: 0.3 },
  },
  positions: tinyConfig.max_position_embeddings,
});

describe('the gated block of a Llama', () => {
  let model: LlamaModel<LlamaScores>;
  beforeEach(() => {
    model = tinyLlama();
    return () => model.dispose();
  });

  it('has the points of its block, in shapes as documented', () => {
    tf.tidy(() => {
      const { tensors } = capture(model, exampleInputs(), 'layers.1.**');
      const shapes = Object.fromEntries(Object.entries(tensors).map(([point, { shape }]) => [point.slice(9), shape]));
      expect(shapes).toMatchObject({
        'attention.query': [2, 4, 5, 6],
        'attention.key': [2, 2, 5, 6],
        'attention.value': [2, 2, 5, 6],
        'attention.query.rotated': [2, 4, 5, 6],
        'attention.key.rotated': [2, 2, 5, 6],
        'attention.scores': [2, 4, 5, 5],
        'attention.context': [2, 5, 24],
        'attention.output': [2, 5, 8],
        'ffn.gate': [2, 5, 12],
        'ffn.up': [2, 5, 12],
        'ffn.hidden': [2, 5, 12],
      });
      expect(shapes).not.toHaveProperty('ffn.preactivation');
    });
  });

  it('lets an edit of the gate through', () => {
    tf.tidy(() => {
      const edits = [edit('layers.*.ffn.gate', (gate: tf.Tensor) => tf.zerosLike(gate))];
      const closed = runWith(model, exampleInputs(), { edits, capture: 'layers.*.ffn.hidden' });
      // silu(0) = 0: no memory fires.
      for (const hidden of Object.values(closed.tensors)) expect(tf.max(tf.abs(hidden)).dataSync()[0]).toBe(0);
    });
  });

  it('has its layers swapped by layer-permute, block by block, bit for bit as its own views', async () => {
    const inputs = exampleInputs();
    const orders = swaps(3).map(({ order }) => order);
    const results = await sweep({
      layers: identity(3),
      orders,
      inputs: [inputs],
      start: (input) => runWith(model, input, { stopAfter: 'embeddings' }).output,
      block: (x, layer, { input }) =>
        runWith(model.withLayers([layer]), input, { edits: [patch('embeddings', x)], stopAfter: 'layers.0.output' })
          .output,
      finish: (x) => x.dataSync().slice(),
      dispose: (x) => x.dispose(),
    });
    for (const [i, order] of orders.entries()) {
      tf.tidy(() => {
        const { tensors } = capture(model.withLayers(order), inputs, 'layers.2.output');
        expect(results[i]![0]).toEqual(tensors['layers.2.output']!.dataSync());
      });
    }
    tf.dispose(inputs);
  });
});

describe('createLlama', () => {
  it('takes the seed for the same bytes, and owns its weights until they are disposed', async () => {
    const [a, b, c] = [3, 3, 4].map((seed) => createLlama(tinyConfig, { seed }));
    const words = (llama: LlamaModel) => llama.weights['model.embed_tokens.weight']!.dataSync();
    expect(words(a!)).toEqual(words(b!));
    expect(words(c!)).not.toEqual(words(a!));
    for (const llama of [a, b, c]) llama!.dispose();
    await expectConservesTensors(() => createLlama(tinyConfig, { seed: 1 }).dispose());
    expect(() => createLlama(tinyConfig, { seed: 1, std: 0 })).toThrow('std is 0');
  });
});

describe('llamaConfig', () => {
  it('fills in what the hub does', () => {
    const { head_dim, num_key_value_heads, ...sizes } = tinyConfig;
    expect(llamaConfig(sizes)).toMatchObject({
      head_dim: 2,
      num_key_value_heads: 4,
      hidden_act: 'silu',
      rope_theta: 10000,
      rms_norm_eps: 1e-6,
      tie_word_embeddings: false,
    });
    const parameters = { rope_type: 'default', rope_theta: 500 };
    expect(llamaConfig({ ...sizes, rope_parameters: parameters }).rope_theta).toBe(500);
    expect(llamaConfig({ ...sizes, rope_scaling: null, sliding_window: null }).rope_theta).toBe(10000);
  });

  it.each<[string, Record<string, unknown>]>([
    ['model_type = "mistral", which is not supported. Supported: "llama"', { model_type: 'mistral' }],
    ['architectures = "MistralForCausalLM"', { architectures: ['MistralForCausalLM'], model_type: 'mistral' }],
    ['rope_scaling = {"rope_type":"llama3","factor":8}', { rope_scaling: { rope_type: 'llama3', factor: 8 } }],
    ['rope_type = "yarn"', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }],
    ['partial_rotary_factor = 0.5', { partial_rotary_factor: 0.5 }],
    ['sliding_window = 4096', { sliding_window: 4096 }],
    ['hidden_act = "mish"', { hidden_act: 'mish' }],
    ['num_attention_heads = 4 is not a multiple of num_key_value_heads = 3', { num_key_value_heads: 3 }],
    ['hidden_size = 9 is not a multiple of num_attention_heads = 4', { hidden_size: 9 }],
    ['heads of 5 features; rotary positions need an even number', { head_dim: 5 }],
    ['attention_bias = "no"; it must be true or false', { attention_bias: 'no' }],
    ['rope_theta = 0; it must be a number above 0', { rope_theta: 0 }],
    ['num_hidden_layers = undefined', { num_hidden_layers: undefined }],
  ])('refuses %s', (message, change) => {
    expect(() => llamaConfig({ ...tinyConfig, ...change })).toThrow(message);
  });
});
