import { activations } from '@interlayer/ffn-memory';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context, MemoryModel } from '../../src/geva-2021/memory-model';
import { alone, bertLike, gpt2Like, paperLike, SPECIAL } from './tiny-models';

const token = fc.integer({ min: 0, max: SPECIAL.cls - 1 });
const tokens = (length: number) => fc.array(token, { minLength: length, maxLength: length });
const runs = { seed: 20121492, numRuns: 40 };

/** A sentence, the index of a place in it, and other tokens for what stands after that place. */
const changed = fc
  .record({ before: fc.integer({ min: 1, max: 8 }), after: fc.integer({ min: 1, max: 8 }) })
  .chain(({ before, after }) => fc.record({ prefix: tokens(before), rest: tokens(after), other: tokens(after) }));

const coefficients = (model: MemoryModel, ids: number[], at: number): number[][] =>
  tf.tidy(() =>
    model
      .trace({ ids: tf.tensor2d(ids, [1, ids.length], 'int32'), mask: tf.ones([1, ids.length]) }, ['ffn.hidden'])
      .map(([hidden]) => (hidden!.arraySync() as number[][][])[0]![at]!),
  );

describe.each([
  ['the paper’s kind of model', paperLike],
  ['GPT-2’s kind of model', gpt2Like],
  ['BERT at masked places', bertLike],
])('%s', (_, make) => {
  let model: MemoryModel;
  beforeAll(async () => {
    await useBackend('cpu');
    model = make().model;
  });
  afterAll(() => model.dispose());

  it('P8: x is what the keys see, y = Σ mᵢvᵢ + b, and the sum goes on', () => {
    fc.assert(
      fc.property(changed, ({ prefix, rest }) => {
        const context: Context = { prefix, next: 1, rest };
        for (const [r, pre, m, y, sum] of alone(model, context, [
          'middle',
          'ffn.preactivation',
          'ffn.hidden',
          'ffn.output',
          'ffn.sum',
        ])) {
          for (const [i, value] of m!.entries())
            expect(Math.abs(value - activations[model.activation](pre![i]!))).toBeLessThan(tolerance.float32 * 10);
          for (const [k, value] of sum!.entries())
            expect(Math.abs(value - r![k]! - y![k]!)).toBeLessThan(tolerance.float32 * 10);
        }
      }),
      runs,
    );
  });

  it('P9: coefficients at a place do not see what comes after it, bit by bit; in BERT they do', () => {
    let differing = 0;
    fc.assert(
      fc.property(changed, ({ prefix, rest, other }) => {
        const { ids, at } = model.input({ prefix, next: 1, rest: [] })!;
        const tail = model.kind === 'masked' ? ids.slice(at + 1) : [];
        const upTo = ids.slice(0, at + 1);
        const one = coefficients(model, [...upTo, ...rest, ...tail], at);
        const two = coefficients(model, [...upTo, ...other, ...tail], at);
        if (JSON.stringify(one) !== JSON.stringify(two)) differing++;
        if (model.kind === 'causal') expect(two).toEqual(one);
      }),
      runs,
    );
    if (model.kind === 'masked') expect(differing).toBeGreaterThan(runs.numRuns / 2);
    else expect(differing).toBe(0);
  });

  it('has an untrained twin of its shape, the same for the same seed', async () => {
    const [one, two, three] = [model.untrained(1), model.untrained(1), model.untrained(2)];
    expect([one.layers, one.cells, one.width, one.kind]).toEqual([model.layers, model.cells, model.width, model.kind]);
    const values = async (twin: MemoryModel) => Array.from((await twin.values(1)).data);
    expect(await values(one)).toEqual(await values(two));
    expect(await values(one)).not.toEqual(await values(three));
    expect(await values(one)).not.toEqual(await values(model));
    for (const twin of [one, two, three]) twin.dispose();
  });

  it('scans the prefixes that it answers', () => {
    const sentence = [5, 6, 7, 8];
    const found = model.scanInput(sentence, () => 1)!;
    const places = Array.from({ length: found.to - found.from }, (__, i) => found.from + i - found.shift);
    // causal: every prefix that something follows; masked: the one that ends before the mask
    expect(places).toEqual(model.kind === 'causal' ? [0, 1, 2] : [1]);
    for (const position of places) {
      const context = { prefix: sentence.slice(0, position + 1), next: 1, rest: sentence.slice(position + 2) };
      const alone = coefficients(model, [...model.input(context)!.ids], model.input(context)!.at);
      const within = coefficients(model, [...found.ids], position + found.shift);
      for (const [layer, values] of alone.entries())
        for (const [cell, value] of values.entries())
          expect(Math.abs(within[layer]![cell]! - value)).toBeLessThan(tolerance.float32 * 10);
    }
    expect(model.scanInput([5], () => 0)).toBeUndefined();
  });
});
