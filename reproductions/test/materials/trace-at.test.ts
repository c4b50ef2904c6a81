import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { numbersAt, traceAt } from '../../src/materials/trace-at';
import { type Context, pickAt } from '../../src/subjects/specimen';
import { alone, kinds, randomSentences, runtime } from '../subjects/tiny-models';

beforeAll(() => useBackend('cpu'));

const contexts: Context[] = randomSentences(20, 9, 2)
  .filter(({ length }) => length > 1)
  .map((sentence) => ({ prefix: [sentence[0]!], next: sentence[1]!, rest: Array.from(sentence.subarray(2)) }));

it.each(kinds)('of %s: all layers at the place of each context, and numbers computed of them', async (_, make) => {
  const { specimen } = make();
  const sites = ['middle', 'ffn.hidden'] as const;
  const expected = contexts.map((context) => alone(specimen, context, sites));
  const near = (actual: number, value: number) => expect(Math.abs(actual - value)).toBeLessThan(tolerance.float32 * 10);
  const inputs = contexts.map((context) => specimen.input(context)!);
  const seen = new Set<number>();
  await expectConservesTensors(() =>
    traceAt(specimen, inputs, runtime, sites, async (layers, indices) => {
      for (const [row, index] of indices.entries()) {
        seen.add(index);
        for (const [layer, matrices] of layers.entries())
          for (const [site, { data, columns }] of matrices.entries())
            for (const [k, value] of expected[index]![layer]![site]!.entries()) near(data[row * columns + k]!, value);
      }
    }),
  );
  expect(seen.size).toBe(contexts.length);

  const last = specimen.layers - 1;
  for (const read of [[0], [last, 0]])
    await traceAt(
      specimen,
      inputs,
      runtime,
      sites,
      async (layers, indices) => {
        expect(layers).toHaveLength(read.length);
        for (const [row, index] of indices.entries())
          for (const [i, layer] of read.entries())
            for (const [k, value] of expected[index]![layer]![1]!.entries())
              near(layers[i]![1]!.data[row * layers[i]![1]!.columns + k]!, value);
      },
      undefined,
      read,
    );
  // What begins alike is read at once, and answers the same.
  if (specimen.kind === 'causal') {
    const sentence = [3, 1, 4, 1, 5, 9, 2];
    const nested = [1, 3, 7].map((length) => ({ prefix: sentence.slice(0, length), rest: [] }));
    const all = [...nested, { prefix: [9, 1], rest: [] }, ...nested.slice(1)];
    const answers = new Map<number, number[]>();
    await expectConservesTensors(() =>
      traceAt(
        specimen,
        all.map((context) => specimen.input(context)!),
        runtime,
        ['output'],
        async (layers, indices) => {
          const { data, columns } = layers.at(-1)![0]!;
          for (const [row, index] of indices.entries())
            answers.set(index, Array.from(data.subarray(row * columns, (row + 1) * columns)));
        },
        undefined,
        undefined,
        true,
      ),
    );
    for (const [index, context] of all.entries())
      for (const [k, value] of alone(specimen, context, ['output']).at(-1)![0]!.entries())
        near(answers.get(index)![k]!, value);
  }

  const sums = await expectConservesTensors(() =>
    numbersAt(specimen, contexts, runtime, 'ffn.hidden', (tensor, place) =>
      tf.sum(pickAt(tensor as tf.Tensor3D, place), 1, true),
    ),
  );
  expect(sums.map(({ length }) => length)).toEqual(Array(specimen.layers).fill(contexts.length));
  for (const [layer, numbers] of sums.entries())
    for (const [i, sum] of numbers.entries())
      near(
        sum,
        expected[i]![layer]![1]!.reduce((total, value) => total + value, 0),
      );

  const long = { prefix: new Array(99).fill(1), rest: [] };
  await expect(numbersAt(specimen, [long], runtime, 'middle', (tensor) => tensor as tf.Tensor2D)).rejects.toThrow(
    /^Context 0 is too long for a model of \d+ positions; leave it out\.$/,
  );
  specimen.dispose();
});
