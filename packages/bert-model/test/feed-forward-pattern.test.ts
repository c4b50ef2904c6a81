import { edit, runWith } from '@interlayer/tensor-hooks';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BertConfigInput, type BertModel, createBert } from '../src/index';
import { exampleInputs, tinyBert, tinyConfig } from './tiny';

beforeAll(() => useBackend('cpu'));

const hiddenOf = (model: BertModel): Float32Array =>
  tf.tidy(() => model.run(exampleInputs()).hidden.dataSync() as Float32Array);
const patterns = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });

describe('feed-forward blocks by pattern (Sridhar and Sarah 2020)', () => {
  it('all kept is a plain BERT: the same names, the same logits to the bit (AR1)', () => {
    const [plain, patterned] = [{}, { feed_forward: [true, true, true] }].map((more: Partial<BertConfigInput>) =>
      createBert({ ...tinyConfig, ...more }, { seed: 3, heads: ['mlm'] }),
    );
    expect(Object.keys(patterned!.weights)).toEqual(Object.keys(plain!.weights));
    const [a, b] = [plain!, patterned!].map((model) => tf.tidy(() => model.run(exampleInputs()).mlmLogits!.dataSync()));
    expect(b).toEqual(a);
    plain!.dispose();
    patterned!.dispose();
  });

  it('without blocks and without LayerNorms a single token passes through an affine map (AR3)', () => {
    const model = tinyBert({ feed_forward: [false, false, false] }, []);
    const apply = (x: number[]): Float32Array =>
      tf.tidy(() => {
        let sum: tf.Tensor | undefined;
        const edits = [
          edit('embeddings', () => tf.tensor3d([[x]])),
          edit('layers.*.attention.sum', (value) => {
            sum = value;
            return value;
          }),
          edit('layers.*.middle', () => sum!),
        ];
        const ids = tf.tensor2d([[1]], [1, 1], 'int32');
        return runWith(model, { ids }, { edits: edits as never }).output.hidden.dataSync() as Float32Array;
      });
    const vector = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(vector, vector, fc.float({ min: -1, max: 2, noNaN: true }), (x, y, t) => {
        const between = apply(x.map((value, i) => t * value + (1 - t) * y[i]!));
        const [a, b] = [apply(x), apply(y)];
        const scale = Math.max(1, ...a.map(Math.abs), ...b.map(Math.abs));
        for (const [i, value] of between.entries())
          expect(Math.abs(value - (t * a[i]! + (1 - t) * b[i]!))).toBeLessThan(tolerance.forward * scale);
      }),
      { numRuns: 20 },
    );
    model.dispose();
  });

  it('a block that writes nothing, with a plain LayerNorm, is one that is left out (AR4)', () => {
    fc.assert(
      fc.property(patterns, fc.integer({ min: 1, max: 50 }), (feed_forward, seed) => {
        const [full, reduced] = [tinyBert({}, [], seed), tinyBert({ feed_forward }, [], seed)];
        tf.tidy(() => {
          for (const [name, weight] of Object.entries(full.weights)) {
            const layer = Number(/layer\.(\d)/.exec(name)?.[1] ?? Number.NaN);
            const left = feed_forward[layer] === false;
            // On a vector that LN1 has normalised to gain 1 and shift 0, a plain LayerNorm changes nothing.
            if (left && name.includes('LayerNorm'))
              weight.assign((name.endsWith('weight') ? tf.onesLike : tf.zerosLike)(weight));
            else if (left && /layer\.\d\.output\.dense/.test(name)) weight.assign(tf.zerosLike(weight));
            reduced.weights[name]?.assign(weight);
          }
        });
        const [a, b] = [hiddenOf(full), hiddenOf(reduced)];
        for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!)).toBeLessThan(tolerance.float32);
        full.dispose();
        reduced.dispose();
      }),
      { numRuns: 15 },
    );
  });

  it('what is left out has no weights, so no gradients (AR5)', () => {
    fc.assert(
      fc.property(patterns, (feed_forward) => {
        const model = createBert({ ...tinyConfig, feed_forward }, { seed: 1 });
        tf.tidy(() => {
          const loss = () => tf.sum(tf.square(model.run(exampleInputs()).hidden)) as tf.Scalar;
          const { grads } = tf.variableGrads(loss, Object.values(model.weights));
          const all = Object.entries(model.weights).filter(([, { name }]) => name in grads);
          for (const [layer, present] of feed_forward.entries()) {
            const own = all.filter(([name]) => new RegExp(`layer\\.${layer}\\.(intermediate|output)\\.`).test(name));
            expect(own).toHaveLength(present ? 6 : 0);
          }
          expect(Object.keys(grads)).toHaveLength(Object.keys(model.weights).length);
        });
        model.dispose();
      }),
      { numRuns: 8 },
    );
  });
});
