import { edit, runWith } from '@interlayer/tensor-hooks';
import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate, type LlamaModel, type LlamaScores } from '../src/index';
import { tinyLlama } from './tiny';

let model: LlamaModel<LlamaScores>;
beforeAll(async () => {
  await useBackend('cpu');
  model = tinyLlama({ max_position_embeddings: 12 });
});
afterAll(() => model.dispose());

const row = (ids: readonly number[]) => tf.tensor2d([...ids], [1, ids.length], 'int32');

/** The best next token after all of these, with nothing remembered. */
const bestAfter = (ids: readonly number[], of = model) =>
  tf.tidy(() => {
    const scores = Array.from(
      tf.slice(of.run({ ids: row(ids) }).logits, [0, ids.length - 1, 0], [1, 1, -1]).dataSync(),
    );
    return scores.indexOf(Math.max(...scores));
  });

describe('generate', () => {
  it('gives the ids that runs of the whole text give, and frees every tensor', async () => {
    for (const prompt of [[4], [3, 16, 0, 5]]) {
      const ids = await expectConservesTensors(() => generate(model, prompt, { maxNewTokens: 6 }));
      const expected = [...prompt];
      while (expected.length < prompt.length + 6) expected.push(bestAfter(expected));
      expect(ids).toEqual(expected.slice(prompt.length));
    }
  });

  it('runs every step through hooks, whose edits later steps see', async () => {
    const shapes: number[][] = [];
    // Without what the first token says, and with it: 'value' edits in the first step reach the others by the cache.
    const silenced = await generate(model, [4, 7], {
      maxNewTokens: 5,
      run(inputs, step) {
        const edits = step > 0 ? [] : [edit('layers.*.attention.value', (value) => tf.mul(value, -3))];
        const { output, tensors } = runWith(model, inputs, { edits, capture: 'layers.2.attention.scores' });
        shapes.push(tensors['layers.2.attention.scores']!.shape);
        return output;
      },
    });
    expect(shapes).toEqual([
      [1, 4, 2, 2],
      [1, 4, 1, 3],
      [1, 4, 1, 4],
      [1, 4, 1, 5],
      [1, 4, 1, 6],
    ]);
    // The same, uncached: in each run the first two tokens' values are edited.
    const text = [4, 7];
    while (text.length < 7) {
      tf.tidy(() => {
        const first = tf.tensor4d(
          text.map((_, t) => (t < 2 ? -3 : 1)),
          [1, 1, text.length, 1],
        );
        const edits = [edit('layers.*.attention.value', (value) => tf.mul(value, first))];
        const { logits } = runWith(model, { ids: row(text) }, { edits }).output;
        text.push(tf.argMax(tf.slice(logits, [0, text.length - 1, 0], [1, 1, -1]), -1).dataSync()[0]!);
      });
    }
    expect(silenced).toEqual(text.slice(2));
    expect(silenced).not.toEqual(await generate(model, [4, 7], { maxNewTokens: 5 }));
  });

  it('ends at a stop, at the last position, and says what is wrong with a prompt', async () => {
    const free = await generate(model, [4], { maxNewTokens: 100 });
    expect(free).toHaveLength(12);
    const stop = free[2]!;
    expect(await generate(model, [4], { stopAt: [stop] })).toEqual(free.slice(0, free.indexOf(stop) + 1));
    expect(await generate(model, [4], { maxNewTokens: 0 })).toEqual([]);
    for (const [prompt, shown] of [
      [[4, 17], 'prompt[1] is 17'],
      [[-1], 'prompt[0] is -1'],
      [[Number.NaN], 'prompt[0] is NaN'],
      ['Once', 'prompt[0] is "O"'],
    ] as [number[], string][])
      await expect(generate(model, prompt)).rejects.toThrow(`${shown}; expected the id of a token, from 0 to 16`);
    for (const maxNewTokens of [-1, 2.5])
      await expect(generate(model, [4], { maxNewTokens })).rejects.toThrow(`maxNewTokens is ${maxNewTokens}`);
    const headless = model.withHead(false) as LlamaModel as LlamaModel<LlamaScores>;
    await expect(generate(headless, [4])).rejects.toThrow('pass model.withHead(true)');
    await expect(generate(model, [])).rejects.toThrow('The prompt has no ids');
    await expect(generate(model, Array(13).fill(1))).rejects.toThrow(
      'The prompt has 13 ids, and the model 12 positions',
    );
  });
});
