import { identity, swaps, sweep } from '@interlayer/layer-permute';
import { capture, checkPoints, edit, patch, runWith } from '@interlayer/tensor-hooks';
import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLlama, type LlamaConfigInput, type LlamaModel, type LlamaScores, llamaConfig } from '../src/index';
import { llamaOracle } from './oracle';
import { example, exampleInputs, tinyConfig, tinyLlama } from './tiny';

beforeAll(() => useBackend('cpu'));

let model: LlamaModel<LlamaScores>;
beforeEach(() => {
  model = tinyLlama();
  return () => model.dispose();
});

const idsOf = (...rows: number[][]) => ({ ids: tf.tensor2d(rows, undefined, 'int32') });

describe('a Llama', () => {
  it.each<[string, Partial<LlamaConfigInput>]>([
    ['with shared heads of keys, of another size than the width has', {}],
    ['with a head of keys for each of queries', { num_key_value_heads: 4, head_dim: 2 }],
    ['with one head of keys', { num_key_value_heads: 1, rope_theta: 100 }],
    ['with biases', { attention_bias: true, mlp_bias: true }],
    ['with a tied readout and another activation', { tie_word_embeddings: true, hidden_act: 'gelu_pytorch_tanh' }],
    ['with a large epsilon', { rms_norm_eps: 0.3 }],
  ])('%s computes at every point what float64 loops compute', (_, config) => {
    tf.tidy(() => {
      const llama = tinyLlama(config, 2);
      for (const inputs of [exampleInputs(), { ids: exampleInputs().ids }]) {
        const { ids, shape } = example;
        const expected = llamaOracle(llama, 'mask' in inputs ? example : { ids, shape });
        const { tensors } = capture(llama, inputs, () => true);
        expect(Object.keys(tensors)).toEqual(llama.points);
        expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected).sort());
        for (const point of llama.points) {
          const { error, magnitude } = difference(tensors[point]!.dataSync(), expected[point]!);
          expect(error, point).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
        }
      }
      llama.dispose();
    });
  });

  it('has the points of its block, in shapes as documented', () => {
    tf.tidy(() => {
      checkPoints(model, exampleInputs());
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

  it('returns states and scores, or states alone', () => {
    tf.tidy(() => {
      const { hidden, logits } = model.run(exampleInputs());
      expect(hidden.shape).toEqual([2, 5, 8]);
      expect(logits.shape).toEqual([2, 5, 17]);
      expect(model.logits(hidden).dataSync()).toEqual(logits.dataSync());
      const states = model.withHead(false);
      expect(Object.keys(states.run(exampleInputs()))).toEqual(['hidden']);
      checkPoints(states, exampleInputs());
      checkPoints(states.withHead(true), exampleInputs());
      // @ts-expect-error without the readout there are no logits
      expect(states.run(exampleInputs()).logits).toBeUndefined();
    });
  });

  it('depends on how far apart tokens stand and not on where: shifted by padding, attention is the same', () => {
    const text = fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 3 }), fc.boolean(), (ids, padding, left) => {
        tf.tidy(() => {
          const zeros = Array<number>(padding).fill(0);
          const pad = (values: number[], filler: number[]) => (left ? [...filler, ...values] : [...values, ...filler]);
          const mask = tf.tensor2d([pad(Array<number>(ids.length).fill(1), zeros)]);
          const { logits } = model.run({ ...idsOf(pad(ids, zeros)), mask });
          const real = tf.slice(logits, [0, left ? padding : 0, 0], [1, ids.length, 17]);
          const alone = model.run(idsOf(ids)).logits;
          const { error, magnitude } = difference(real.dataSync(), alone.dataSync());
          expect(error).toBeLessThanOrEqual(tolerance.float32 * Math.max(1, magnitude));
        });
      }),
      { seed: 41, numRuns: 30 },
    );
  });

  it('is causal: a later token changes nothing before it, bit by bit', () => {
    tf.tidy(() => {
      const first = (last: number) => tf.slice(model.run(idsOf([4, 5, 9, last])).logits, [0, 0, 0], [1, 3, 17]);
      expect(first(1).dataSync()).toEqual(first(16).dataSync());
    });
  });

  it('gives the same bits hooked and unhooked, and lets an edit of the gate through', () => {
    tf.tidy(() => {
      const plain = model.run(exampleInputs()).logits.dataSync();
      expect(capture(model, exampleInputs(), () => true).output.logits.dataSync()).toEqual(plain);
      const edits = [edit('layers.*.ffn.gate', (gate: tf.Tensor) => tf.zerosLike(gate))];
      const closed = runWith(model, exampleInputs(), { edits, capture: 'layers.*.ffn.hidden' });
      // silu(0) = 0: no memory fires.
      for (const hidden of Object.values(closed.tensors)) expect(tf.max(tf.abs(hidden)).dataSync()[0]).toBe(0);
    });
  });

  it('runs layers in any order over the same weights', () => {
    tf.tidy(() => {
      const view = model.withLayers([2, 2, 0, 1]);
      expect(view.weights).toBe(model.weights);
      const expected = llamaOracle(view, example);
      const { error, magnitude } = difference(view.run(exampleInputs()).logits.dataSync(), expected.logits!);
      expect(error).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
      expect(model.withLayers([]).points).toEqual(['embeddings', 'final.norm', 'logits']);
      expect(() => model.withLayers([3])).toThrow('order[0] is 3');
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

  it('keeps no tensor but its result, also when a hook throws', async () => {
    const inputs = exampleInputs();
    await expectConservesTensors(
      () => model.run(inputs),
      () => 2,
    );
    for (const throwing of model.points) {
      const tap = Object.assign(
        <T>(point: string, value: T) => {
          if (point === throwing) throw new Error('from a hook');
          return value;
        },
        { wants: () => true },
      );
      await expect(expectConservesTensors(() => model.run(inputs, tap))).rejects.toThrow('from a hook');
    }
    const long = tf.zeros([1, 10], 'int32') as tf.Tensor2D;
    await expect(expectConservesTensors(() => model.run({ ids: long }))).rejects.toThrow('the model has 9 positions');
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
    ['hidden_size = 9 is not a multiple of num_attention_heads = 4', { hidden_size: 9, head_dim: null }],
    ['heads of 5 features; rotary positions need an even number', { head_dim: 5 }],
    ['attention_bias = "no"; it must be true or false', { attention_bias: 'no' }],
    ['rope_theta = 0; it must be a number above 0', { rope_theta: 0 }],
    ['num_hidden_layers = undefined', { num_hidden_layers: undefined }],
  ])('refuses %s', (message, change) => {
    expect(() => llamaConfig({ ...tinyConfig, ...change })).toThrow(message);
  });
});
