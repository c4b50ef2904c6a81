import { capture, checkPoints } from '@interlayer/tensor-hooks';
import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import { keyValueCache } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGpt, type GptConfigInput, type GptModel, type GptScores } from '../src/index';
import { gptOracle } from './oracle';
import { example, exampleInputs, padded, tinyConfig, tinyGpt } from './tiny';

beforeAll(() => useBackend('cpu'));

let model: GptModel<GptScores>;
beforeEach(() => {
  model = tinyGpt();
  return () => model.dispose();
});

const idsOf = (...rows: number[][]) => ({ ids: tf.tensor2d(rows, undefined, 'int32') });

describe('a GPT-2', () => {
  it.each<[string, Partial<GptConfigInput>]>([
    ['as published', {}],
    ['with ReLU and without a final LayerNorm', { activation_function: 'relu', final_layer_norm: false }],
    ['with an exact GELU and one head', { activation_function: 'gelu', n_head: 1 }],
    ['without some feed-forward blocks', { feed_forward: [false, true, false] }],
    ['without some skips', { skips: { attention: [true, false, true], feed_forward: [false, true, true] } }],
    ['with a readout of its own', { tie_word_embeddings: false, layer_norm_epsilon: 0.1 }],
  ])('%s computes at every point what float64 loops compute', (_, config) => {
    tf.tidy(() => {
      const gpt = tinyGpt(config, 2);
      for (const inputs of [exampleInputs(), { ids: exampleInputs().ids }]) {
        const { ids, shape } = example;
        const expected = gptOracle(gpt, 'mask' in inputs ? example : { ids, shape });
        const { tensors } = capture(gpt, inputs, () => true);
        expect(Object.keys(tensors)).toEqual(gpt.points);
        expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected).sort());
        for (const point of gpt.points) {
          const { error, magnitude } = difference(tensors[point]!.dataSync(), expected[point]!);
          expect(error, point).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
        }
      }
      gpt.dispose();
    });
  });

  it('reads the keys and values that a cache holds as if all tokens ran at once', () => {
    const ids = [3, 16, 0, 5, 2, 9];
    const cache = keyValueCache(model.order.length);
    tf.tidy(() => {
      const whole = model.run(idsOf(ids)).logits;
      const steps = [
        [0, 3],
        [3, 4],
        [4, 6],
      ].map(([from, to]) => model.run({ ...idsOf(ids.slice(from, to)), cache }).logits);
      const { error, magnitude } = difference(tf.concat(steps, 1).dataSync(), whole.dataSync());
      expect(error).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
      const { n_positions: most } = model.config;
      const over = () => model.run({ ...idsOf(Array<number>(most - 5).fill(1)), cache });
      expect(over).toThrow(`inputs.ids are ${most + 1} tokens long with those in the cache`);
      const masked = { ...idsOf([1]), mask: tf.ones([1, 1]) as tf.Tensor2D, cache };
      expect(() => model.run(masked)).toThrow('A padding mask cannot be combined with earlier keys');
    });
    cache.dispose();
  });

  it('returns states and scores, in the shapes documented, or states alone', () => {
    tf.tidy(() => {
      const { hidden, logits } = model.run(exampleInputs());
      expect(hidden.shape).toEqual([2, 5, 8]);
      expect(logits.shape).toEqual([2, 5, 17]);
      const { tensors } = capture(model, exampleInputs(), ['final.norm', 'logits']);
      expect(hidden.dataSync()).toEqual(tensors['final.norm']!.dataSync());
      expect(logits.dataSync()).toEqual(tensors.logits!.dataSync());
      expect(model.logits(hidden).dataSync()).toEqual(logits.dataSync());
      const states = model.withHead(false);
      expect(Object.keys(states.run(exampleInputs()))).toEqual(['hidden']);
      expect(states.points).not.toContain('logits');
      checkPoints(states, exampleInputs());
      checkPoints(states.withHead(true), exampleInputs());
      // Without type arguments, and with the type of what is there.
      const { output } = capture(states.withLayers([1]), exampleInputs(), 'layers.0.ffn.hidden');
      expect(output.hidden.shape).toEqual([2, 5, 8]);
      // @ts-expect-error without the readout there are no logits
      expect(output.logits).toBeUndefined();
    });
  });

  it('is causal: what comes after a position changes nothing there, bit by bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 2, maxLength: 7 }),
        fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 7, maxLength: 7 }),
        fc.integer({ min: 0, max: 5 }),
        (text, other, cut) => {
          const keep = Math.min(cut + 1, text.length - 1);
          const changed = text.map((id, t) => (t < keep ? id : other[t]!));
          tf.tidy(() => {
            const points = model.points.filter((point) => !/scores|probabilities/.test(point));
            const a = capture(model, idsOf(text), points).tensors;
            const b = capture(model, idsOf(changed), points).tensors;
            for (const point of points) {
              const axis = a[point]!.rank - 2;
              const prefix = (tensor: tf.Tensor) => {
                const size = tensor.shape.slice();
                size[axis] = keep;
                return tf
                  .slice(
                    tensor,
                    size.map(() => 0),
                    size,
                  )
                  .dataSync();
              };
              expect(prefix(a[point]!), point).toEqual(prefix(b[point]!));
            }
          });
        },
      ),
      { seed: 31, numRuns: 15 },
    );
  });

  it('does not see padding on either side: a padded row gives at real tokens what its text gives alone', () => {
    const text = fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('left' as const, 'right' as const),
        fc.integer({ min: 0, max: 16 }),
        (texts, side, filler) => {
          tf.tidy(() => {
            const { ids, mask, shape, starts } = padded(texts, side, filler);
            const { logits } = model.run({ ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape) });
            for (const [row, start] of starts.entries()) {
              const alone = model.run(idsOf(texts[row]!)).logits;
              const real = tf.slice(logits, [row, start, 0], [1, texts[row]!.length, 17]);
              expect(difference(real.dataSync(), alone.dataSync()).error).toBeLessThanOrEqual(tolerance.float32);
            }
          });
        },
      ),
      { seed: 32, numRuns: 30 },
    );
  });

  it('hides a masked token, wherever it stands', () => {
    tf.tidy(() => {
      const last = (id: number, mask: number[][]) => {
        const { logits } = model.run({ ...idsOf([4, id, 2]), mask: tf.tensor2d(mask) });
        return tf.slice(logits, [0, 2, 0], [1, 1, 17]).dataSync();
      };
      expect(last(5, [[1, 0, 1]])).toEqual(last(6, [[1, 0, 1]]));
      expect(difference(last(5, [[1, 1, 1]]), last(6, [[1, 1, 1]])).error).toBeGreaterThan(1e-3);
    });
  });

  it('gives the same bits hooked and unhooked, and in the view that keeps the order', () => {
    tf.tidy(() => {
      const plain = model.run(exampleInputs()).logits.dataSync();
      expect(capture(model, exampleInputs(), () => true).output.logits.dataSync()).toEqual(plain);
      expect(model.withLayers([0, 1, 2]).run(exampleInputs()).logits.dataSync()).toEqual(plain);
    });
  });

  it('runs layers in any order over the same weights', () => {
    tf.tidy(() => {
      const view = model.withLayers([2, 2, 0, 1]);
      expect(view.weights).toBe(model.weights);
      const { events } = capture(view, exampleInputs(), 'layers.*.input');
      expect(events.map(({ slot, sourceLayer }) => [slot, sourceLayer])).toEqual([
        [0, 2],
        [1, 2],
        [2, 0],
        [3, 1],
      ]);
      const expected = gptOracle(view, example);
      const { error, magnitude } = difference(view.run(exampleInputs()).logits.dataSync(), expected.logits!);
      expect(error).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
      expect(model.withLayers([]).points).toEqual(['embeddings', 'final.norm', 'logits']);
      expect(() => model.withLayers([3])).toThrow('order[0] is 3');
    });
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
    const long = tf.zeros([1, 8], 'int32') as tf.Tensor2D;
    await expect(expectConservesTensors(() => model.run({ ids: long }))).rejects.toThrow('the model has 7 positions');
  });
});

describe('createGpt', () => {
  it('starts the projections into the residual stream smaller, by √(2 · layers)', () => {
    const gpt = createGpt({ ...tinyConfig, n_embd: 32, n_inner: 64 }, { seed: 1, std: 0.1 });
    const rms = (name: string) => {
      const values = Array.from(gpt.weights[name]!.dataSync());
      return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    };
    // A normal cut at two standard deviations keeps 0.8796 of them.
    for (const [name, scale] of [
      ['transformer.wte.weight', 1],
      ['transformer.h.0.attn.c_attn.weight', 1],
      ['transformer.h.0.attn.c_proj.weight', 1 / Math.sqrt(6)],
      ['transformer.h.2.mlp.c_proj.weight', 1 / Math.sqrt(6)],
    ] as const) {
      expect(rms(name) / (0.08796 * scale)).toBeGreaterThan(0.9);
      expect(rms(name) / (0.08796 * scale)).toBeLessThan(1.1);
    }
    gpt.dispose();
  });

  it('takes the seed for the same bytes, and sinusoids for positions', () => {
    const [a, b, c] = [3, 3, 4].map((seed) => createGpt(tinyConfig, { seed, positions: 'sinusoidal' }));
    const words = (gpt: GptModel) => gpt.weights['transformer.wte.weight']!.dataSync();
    expect(words(a!)).toEqual(words(b!));
    expect(words(c!)).not.toEqual(words(a!));
    const positions = a!.weights['transformer.wpe.weight']!.dataSync();
    expect(positions[8]).toBeCloseTo(0.02 * Math.SQRT2 * Math.sin(1), 7);
    for (const gpt of [a, b, c]) gpt!.dispose();
    const short = createGpt(tinyConfig, { seed: 3, positions: 'sinusoidal', positionBase: 16 });
    const shorter = short.weights['transformer.wpe.weight']!.dataSync();
    expect(shorter[8 + 2]).toBeCloseTo(0.02 * Math.SQRT2 * Math.sin(1 / 16 ** (2 / 8)), 7);
    short.dispose();
    expect(() => createGpt(tinyConfig, { seed: 1, positionBase: 0 })).toThrow('positionBase is 0');
    expect(() => createGpt(tinyConfig, { seed: 1, std: Number.NaN })).toThrow('std is NaN');
    expect(() => createGpt(tinyConfig, { seed: 1, positions: 'none' as never })).toThrow('positions is "none"');
  });

  it('owns its weights until they are disposed', async () => {
    await expectConservesTensors(() => createGpt(tinyConfig, { seed: 1 }).dispose());
  });
});
