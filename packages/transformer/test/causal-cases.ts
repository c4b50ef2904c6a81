import { capture, checkPoints, edit, runWith } from '@interlayer/tensor-hooks';
import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyValueCache } from '../src/index';
import { type AnyCausalModel, type Example, example, exampleInputs, padded } from './causal';
import { expectPoints, type Points } from './oracle';

export interface CausalFamily<Config> {
  /** A tiny model of 17 words, width 8 and three layers, of which every weight is random. The caller disposes it. */
  tiny(config?: Config, seed?: number): AnyCausalModel;
  /** The same in float64 loops, at every point. */
  oracle(model: AnyCausalModel, example: Example): Points;
  /** Configs to compare with the oracle, by what they have. */
  configs: Readonly<Record<string, Config>>;
  /** How many tokens it takes: at least 7. */
  positions: number;
}

const idsOf = (...rows: number[][]) => ({ ids: tf.tensor2d(rows, undefined, 'int32') });

/** What every causal model does, as tests. */
export function describeCausalModel<Config>(name: string, family: CausalFamily<Config>): void {
  const { tiny, oracle, configs, positions } = family;
  let model: AnyCausalModel;
  beforeAll(() => useBackend('cpu'));
  beforeEach(() => {
    model = tiny();
    return () => model.dispose();
  });

  describe(name, () => {
    it.each(Object.entries(configs))('%s computes at every point what float64 loops compute', (_, config) => {
      tf.tidy(() => {
        const variant = tiny(config, 2);
        for (const inputs of [exampleInputs(), { ids: exampleInputs().ids }]) {
          const { ids, shape } = example;
          const expected = oracle(variant, 'mask' in inputs ? example : { ids, shape });
          const { tensors } = capture(variant, inputs, () => true);
          expectPoints(variant.points, tensors, expected);
        }
        variant.dispose();
      });
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
        checkPoints(model, exampleInputs());
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
      const id = fc.integer({ min: 0, max: 16 });
      fc.assert(
        fc.property(
          fc.array(id, { minLength: 2, maxLength: 7 }),
          fc.array(id, { minLength: 7, maxLength: 7 }),
          fc.integer({ min: 0, max: 5 }),
          (text, other, cut) => {
            const keep = Math.min(cut + 1, text.length - 1);
            const changed = text.map((id, t) => (t < keep ? id : other[t]!));
            tf.tidy(() => {
              const points = model.points.filter((point) => !/scores|probabilities/.test(point));
              const a = capture(model, idsOf(text), points).tensors;
              const b = capture(model, idsOf(changed), points).tensors;
              const prefix = (tensor: tf.Tensor) => {
                const size = tensor.shape.with(-2, keep);
                const start = Array<number>(tensor.rank).fill(0);
                return tf.slice(tensor, start, size).dataSync();
              };
              for (const point of points) expect(prefix(a[point]!), point).toEqual(prefix(b[point]!));
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
                const { error, magnitude } = difference(real.dataSync(), alone.dataSync());
                expect(error).toBeLessThanOrEqual(tolerance.float32 * Math.max(1, magnitude));
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
        const expected = oracle(view, example);
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
      const ids = tf.zeros([1, positions + 1], 'int32') as tf.Tensor2D;
      const long = expectConservesTensors(() => model.run({ ids }));
      await expect(long).rejects.toThrow(`the model has ${positions} positions`);
    });
  });

  describe('a cache', () => {
    it.each([[[1, 1, 1, 1, 1, 1]], [[2, 3, 1]], [[5, 1]], [[6]]])(
      'gives in parts of %j tokens what one run gives',
      (parts) => {
        const ids = [3, 16, 0, 5, 2, 9];
        const view = model.withLayers([2, 0, 0]);
        const cache = keyValueCache(view.order.length);
        tf.tidy(() => {
          const expected = capture(view, idsOf(ids), ['layers.*.attention.context', 'logits']).tensors;
          let from = 0;
          for (const length of parts) {
            expect(cache.length).toBe(from);
            const inputs = { ...idsOf(ids.slice(from, from + length)), cache };
            const { tensors } = capture(view, inputs, ['layers.*.attention.context', 'logits']);
            for (const [point, tensor] of Object.entries(tensors)) {
              const whole = tf.slice(expected[point]!, [0, from, 0], [1, length, tensor.shape[2]!]);
              const { error, magnitude } = difference(tensor.dataSync(), whole.dataSync());
              expect(error, point).toBeLessThanOrEqual(tolerance.float32 * Math.max(1, magnitude));
            }
            from += length;
          }
        });
        expect(cache.length).toBe(6);
        cache.dispose();
        expect(cache.length).toBe(0);
      },
    );

    it('refuses a mask, too many positions, and another run after one that failed', () => {
      const cache = keyValueCache(3);
      const run = (ids: number[], more = {}, of = model) =>
        tf.tidy(() => void of.run({ ...idsOf(ids), cache, ...more }));
      const broken = [
        edit('layers.1.attention.sum', (): tf.Tensor => {
          throw new Error('from a hook');
        }),
      ];
      const fail = () => tf.tidy(() => void runWith(model, { ...idsOf([4]), cache }, { edits: broken }));
      expect(fail).toThrow('from a hook');
      expect(() => run([4])).toThrow('The cache is incomplete');
      cache.dispose();
      run([1, 2, 3]);
      expect(() => run([4], { mask: tf.ones([1, 1]) })).toThrow('A padding mask cannot be combined with earlier keys');
      const over = () => run(Array<number>(positions - 2).fill(4));
      expect(over).toThrow(`inputs.ids are ${positions + 1} tokens long with those in the cache`);
      expect(() => run([4], {}, model.withLayers([0, 1]))).not.toThrow();
      expect(() => run([4])).toThrow('The cache is incomplete, because a run with it failed or had other layers');
      cache.dispose();
      expect(() => run([4], {}, model.withLayers([0, 1, 2, 2]))).toThrow('The cache has 3 slots, and slot 3 runs');
      cache.dispose();
    });
  });
}
