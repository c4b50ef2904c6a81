import { createGpt } from '@interlayer/gpt-model';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { causalBaselines, causalHeldOut } from '../src/causal-held-out';
import { contextFree, fitNgram } from '../src/ngram';
import { meanScore } from '../src/task';

beforeAll(() => useBackend('cpu'));

const random = seededRandom(8);
const text = (length: number) => Int32Array.from({ length }, () => Math.floor(random() ** 2 * 12));
const held = [
  { id: 'a', tokens: text(23) },
  { id: 'b', tokens: text(11) },
];
/** All but the first token and an incomplete last row. */
const predictedPlaces = (tokens: Int32Array, length: number) =>
  [...tokens.keys()].filter((place) => place > 0 && place <= length * Math.floor((tokens.length - 1) / length));

describe('held-out losses', () => {
  it('are those of the tokens that fill rows, each predicted once', async () => {
    const model = createGpt(
      { vocab_size: 12, n_positions: 5, n_embd: 8, n_layer: 1, n_head: 2 },
      { seed: 4, std: 0.5 },
    );
    const losses = await expectConservesTensors(() => causalHeldOut(eagerExecutor(), model, held, 5));
    expect(losses.map(({ id, tokens }) => [id, tokens])).toEqual([
      ['a', 20],
      ['b', 10],
    ]);
    for (const [i, { tokens }] of held.entries()) {
      // The same by hand: softmax of the logits of each prefix's last token, in float64.
      let sum = 0;
      const places = predictedPlaces(tokens, 5);
      for (const place of places) {
        const start = place - 1 - ((place - 1) % 5);
        const prefix = [...tokens.subarray(start, place)];
        const logits = tf.tidy(() => {
          const all = model.run({ ids: tf.tensor2d(prefix, [1, prefix.length], 'int32') }).logits!;
          return [...(tf.slice(all, [0, prefix.length - 1, 0], [1, 1, 12]).dataSync() as Float32Array)];
        });
        const total = logits.reduce((z, logit) => z + Math.exp(logit), 0);
        sum += Math.log(total) - logits[tokens[place]];
      }
      expect(Math.abs(losses[i].loss - sum / places.length)).toBeLessThan(tolerance.loss);
    }
    expect(meanScore(losses).loss).toBeCloseTo((20 * losses[0].loss + 10 * losses[1].loss) / 30, 12);
    model.dispose();
  });
});

describe('baselines', () => {
  it('predict the same tokens, with all that stands before them', () => {
    const train = text(500);
    const reference = causalBaselines(train, held, 5, 12);
    const targets = held.flatMap(({ tokens }) => predictedPlaces(tokens, 5).map((place) => tokens[place]));
    expect(targets).toHaveLength(30);
    expect(reference.unigramEntropy).toBeCloseTo(contextFree(targets).unigramEntropy, 12);
    for (const [name, order] of Object.entries({ unigram: 1, bigram: 2, trigram: 3 })) {
      const model = fitNgram(train, order, 12);
      const losses = held.flatMap(({ tokens }) =>
        predictedPlaces(tokens, 5).map((place) => -Math.log(model(tokens[place], [...tokens.slice(0, place)]))),
      );
      expect(reference[name as 'trigram']).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 30, 12);
    }
    expect(reference.unigram).toBeGreaterThan(reference.unigramEntropy);
  });
});
