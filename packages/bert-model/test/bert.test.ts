import { capture, checkPoints } from '@interlayer/tensor-hooks';
import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectPoints } from '../../transformer/test/oracle';
import { type BertConfigInput, type BertHead, type BertModel, createBert } from '../src/index';
import { bertOracle } from './oracle';
import { allHeads, example, exampleInputs, tinyBert, tinyConfig } from './tiny';

beforeAll(() => useBackend('cpu'));

let model: BertModel;
beforeEach(() => {
  model = tinyBert();
  return () => model.dispose();
});

describe('a BERT', () => {
  it.each<[string, BertConfigInput | object]>([
    ['as published', {}],
    ['with a tanh GELU', { hidden_act: 'gelu_new' }],
    ['with ReLU and one head', { hidden_act: 'relu', num_attention_heads: 1 }],
    ['without some feed-forward blocks', { feed_forward: [false, true, false] }],
    ['without some skips', { skips: { attention: [true, false, true], feed_forward: [false, true, true] } }],
    ['with a readout of its own', { tie_word_embeddings: false }],
    ['with another epsilon', { layer_norm_eps: 0.1 }],
  ])('%s computes at every point what float64 loops compute', (_, config) => {
    tf.tidy(() => {
      const bert = tinyBert(config, allHeads, 2);
      for (const inputs of [exampleInputs(), { ids: exampleInputs().ids }]) {
        const { ids, shape } = example;
        const expected = bertOracle(bert, 'mask' in inputs ? example : { ids, shape });
        const { tensors } = capture(bert, inputs, () => true);
        expectPoints(bert.points, tensors, expected);
      }
      bert.dispose();
    });
  });

  it('returns what its heads give, in the shapes documented', () => {
    tf.tidy(() => {
      const output = model.run(exampleInputs());
      expect(output.hidden.shape).toEqual([2, 5, 8]);
      expect(output.pooled!.shape).toEqual([2, 8]);
      expect(output.classifierLogits!.shape).toEqual([2, 3]);
      expect(output.mlmLogits!.shape).toEqual([2, 5, 17]);
      const { tensors } = capture(model, exampleInputs(), [
        'layers.2.output',
        'pooler',
        'mlm.logits',
        'classifier.logits',
      ]);
      expect(output.hidden.dataSync()).toEqual(tensors['layers.2.output']!.dataSync());
      expect(output.mlmLogits!.dataSync()).toEqual(tensors['mlm.logits']!.dataSync());
    });
  });

  it('runs the heads of a view, whose points fire', () => {
    tf.tidy(() => {
      for (const [heads, keys] of [
        [[], ['hidden']],
        [['mlm'], ['hidden', 'mlmLogits']],
        [['classifier'], ['hidden', 'pooled', 'classifierLogits']],
      ] as [BertHead[], string[]][]) {
        const view = model.withHeads(heads);
        expect(Object.keys(view.run(exampleInputs())).sort()).toEqual([...keys].sort());
        expect(Object.keys(checkPoints(view, exampleInputs())).sort()).toEqual([...view.points].sort());
        expect(view.weights).toBe(model.weights);
      }
      const plain = createBert(tinyConfig, { seed: 1 });
      expect(plain.heads).toEqual([]);
      expect(() => plain.withHeads(['mlm'])).toThrow('This BERT has no head "mlm". It has none');
      expect(() => plain.mlmLogits(tf.zeros([1, 8]))).toThrow('no head "mlm"');
      expect(() => createBert(tinyConfig, { seed: 1, heads: ['nsp' as BertHead] })).toThrow('BERT has no head "nsp"');
      plain.dispose();
    });
  });

  it('gives the masked-LM logits of chosen places as those of all places', () => {
    tf.tidy(() => {
      const { hidden, mlmLogits } = model.run(exampleInputs());
      const places = [7, 0, 0, 9];
      const chosen = model.mlmLogitsAt(hidden, tf.tensor1d(places, 'int32'));
      expect(chosen.shape).toEqual([4, 17]);
      const expected = tf.gather(tf.reshape(mlmLogits!, [10, 17]), tf.tensor1d(places, 'int32'));
      expect(difference(chosen.dataSync(), expected.dataSync()).error).toBeLessThanOrEqual(tolerance.float32);
    });
  });

  it('does not see padding: a padded batch gives at real tokens what each text gives alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 1, maxLength: 7 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 0, max: 16 }),
        (texts, filler) => {
          tf.tidy(() => {
            const width = Math.max(...texts.map((text) => text.length));
            const pad = (text: number[], value: number) => [...text, ...Array(width - text.length).fill(value)];
            const ids = texts.map((text) => pad(text, filler));
            const mask = texts.map((text) =>
              pad(
                text.map(() => 1),
                0,
              ),
            );
            const inputs = { ids: tf.tensor2d(ids, undefined, 'int32'), mask: tf.tensor2d(mask) };
            const together = model.run(inputs);
            for (const [row, text] of texts.entries()) {
              const alone = model.run({ ids: tf.tensor2d([text], undefined, 'int32') });
              const real = tf.slice(together.hidden, [row, 0, 0], [1, text.length, 8]);
              const { error } = difference(real.dataSync(), alone.hidden.dataSync());
              expect(error).toBeLessThanOrEqual(tolerance.float32);
              const pooled = tf.slice(together.pooled!, [row, 0], [1, 8]);
              expect(difference(pooled.dataSync(), alone.pooled!.dataSync()).error).toBeLessThanOrEqual(
                tolerance.float32,
              );
            }
          });
        },
      ),
      { seed: 21, numRuns: 25 },
    );
  });

  it('looks both ways: a later token changes an earlier state', () => {
    tf.tidy(() => {
      const states = (last: number) => model.run({ ids: tf.tensor2d([[1, 2, last]], undefined, 'int32') }).hidden;
      const first = (hidden: tf.Tensor3D) => tf.slice(hidden, [0, 0, 0], [1, 1, 8]).dataSync();
      expect(difference(first(states(3)), first(states(4))).error).toBeGreaterThan(1e-3);
    });
  });

  it('keeps no tensor but its result, also when a hook throws', async () => {
    const inputs = exampleInputs();
    await expectConservesTensors(
      () => model.run(inputs),
      () => 4,
    );
    await expectConservesTensors(() => model.withLayers([2, 0]).withHeads([]));
    const hidden = model.run(inputs).hidden;
    const places = tf.tensor1d([1, 2], 'int32');
    await expectConservesTensors(
      () => model.mlmLogitsAt(hidden, places),
      () => 1,
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
    await expect(expectConservesTensors(() => model.run({ ids: places as never }))).rejects.toThrow('inputs.ids is');
  });

  it('gives the same bits hooked and unhooked', () => {
    tf.tidy(() => {
      const { output } = capture(model, exampleInputs(), () => true);
      const plain = model.run(exampleInputs());
      for (const [name, value] of Object.entries(plain)) {
        expect((output as unknown as Record<string, tf.Tensor>)[name]!.dataSync(), name).toEqual(value.dataSync());
      }
    });
  });
});

describe('createBert', () => {
  it('takes the seed for the same bytes, tensor by tensor, whatever else the model has', () => {
    const a = createBert(tinyConfig, { seed: 3, heads: ['mlm'] });
    const b = createBert({ ...tinyConfig, feed_forward: [true, false, true] }, { seed: 3, heads: ['pooler'] });
    const c = createBert(tinyConfig, { seed: 4 });
    for (const [name, weight] of Object.entries(b.weights)) {
      if (name in a.weights) expect(weight.dataSync(), name).toEqual(a.weights[name]!.dataSync());
    }
    expect(Object.keys(b.weights).filter((name) => name.includes('layer.1.'))).toHaveLength(10);
    const words = 'bert.embeddings.word_embeddings.weight';
    expect(c.weights[words]!.dataSync()).not.toEqual(a.weights[words]!.dataSync());
    for (const bert of [a, b, c]) bert.dispose();
  });

  it('starts matrices at the scale asked for, biases at 0, gains at 1, positions as asked', () => {
    const bert = createBert(tinyConfig, { seed: 3, std: 0.1, positions: 'sinusoidal' });
    const values = (name: string) => Array.from(bert.weights[name]!.dataSync());
    const largest = Math.max(...values('bert.embeddings.word_embeddings.weight').map(Math.abs));
    expect(largest).toBeGreaterThan(0.15);
    expect(largest).toBeLessThanOrEqual(0.2 + 1e-7);
    expect(new Set(values('bert.encoder.layer.0.attention.self.query.bias'))).toEqual(new Set([0]));
    expect(new Set(values('bert.encoder.layer.0.output.LayerNorm.weight'))).toEqual(new Set([1]));
    const positions = values('bert.embeddings.position_embeddings.weight');
    expect(positions[8]).toBeCloseTo(0.1 * Math.SQRT2 * Math.sin(1), 6);
    expect(positions.reduce((sum, value) => sum + value ** 2, 0) / positions.length).toBeCloseTo(0.01, 6);
    const short = createBert(tinyConfig, { seed: 3, std: 0.1, positions: 'sinusoidal', positionBase: 16 });
    const angle = 1 / 16 ** (2 / 8);
    const shorter = short.weights['bert.embeddings.position_embeddings.weight']!.dataSync();
    expect(shorter[8 + 2]).toBeCloseTo(0.1 * Math.SQRT2 * Math.sin(angle), 6);
    short.dispose();
    const timid = createBert(tinyConfig, { seed: 3, std: 0.1, residualScale: 0.5 });
    for (const [name, factor] of [
      ['attention.output.dense', 0.5],
      ['output.dense', 0.5],
      ['intermediate.dense', 1],
      ['attention.self.value', 1],
    ] as const) {
      const weight = `bert.encoder.layer.1.${name}.weight`;
      expect(timid.weights[weight]!.dataSync()[0]! / bert.weights[weight]!.dataSync()[0]!, name).toBeCloseTo(factor, 5);
    }
    timid.dispose();
    expect(() => createBert(tinyConfig, { seed: 3, residualScale: 0 })).toThrow('residualScale is 0');
    expect(() => createBert(tinyConfig, { seed: 3, positionBase: 1 })).toThrow('positionBase is 1');
    expect(() => createBert(tinyConfig, { seed: 3, std: -1 })).toThrow('std is -1');
    expect(() => createBert(tinyConfig, { seed: 3, positions: 'rotary' as never })).toThrow('positions is "rotary"');
    bert.dispose();
  });

  it('owns its weights until they are disposed', async () => {
    await expectConservesTensors(() => {
      const bert = createBert(tinyConfig, { seed: 1, heads: allHeads });
      tf.tidy(() => void bert.run(exampleInputs()));
      bert.withLayers([0]).dispose();
    });
    expect(() => createBert({ ...tinyConfig, hidden_act: 'mish' }, { seed: 1 })).toThrow(
      'The config has hidden_act = "mish", which is not supported. Supported: "gelu"',
    );
  });
});

describe('a view of layers', () => {
  it('is bit by bit the model itself in the order of the model', () => {
    tf.tidy(() => {
      const plain = model.run(exampleInputs());
      const viewed = model.withLayers([0, 1, 2]).run(exampleInputs());
      expect(viewed.mlmLogits!.dataSync()).toEqual(plain.mlmLogits!.dataSync());
    });
  });

  it('is one model after the other where layers are split', () => {
    tf.tidy(() => {
      const whole = capture(model.withLayers([2, 2, 0]), exampleInputs(), 'layers.*.output').tensors;
      const part = capture(model.withLayers([2]), exampleInputs(), 'layers.*.output').tensors;
      expect(whole['layers.0.output']!.dataSync()).toEqual(part['layers.0.output']!.dataSync());
      expect(Object.keys(whole)).toHaveLength(3);
    });
  });

  it('shares the weights, so that a change shows in all views', () => {
    tf.tidy(() => {
      const view = model.withLayers([1, 0, 2]);
      expect(view.weights).toBe(model.weights);
      const before = view.run(exampleInputs()).hidden.dataSync();
      const bias = model.weights['bert.encoder.layer.1.attention.output.dense.bias']!;
      bias.assign(tf.ones([8]));
      expect(view.run(exampleInputs()).hidden.dataSync()).not.toEqual(before);
    });
  });

  it('fires the points of its slots alone, and refuses layers that are not there', () => {
    tf.tidy(() => {
      const bert = tinyBert({ feed_forward: [true, false, true] }, ['pooler'], 5);
      const view = bert.withLayers([1, 0]);
      checkPoints(view, exampleInputs());
      expect(view.points).not.toContain('layers.0.ffn.hidden');
      expect(view.points).toContain('layers.1.ffn.hidden');
      expect(bert.withLayers([]).points).toEqual(['embeddings', 'pooler']);
      checkPoints(bert.withLayers([]), exampleInputs());
      expect(() => bert.withLayers([0, 3])).toThrow('order[1] is 3; it must be the index of a layer, 0 to 2.');
      bert.dispose();
    });
  });
});
