import { activations } from '@interlayer/ffn-memory';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Context, lacking, pickAt, type Specimen, valuesOf } from '../../src/subjects/specimen';
import { alone, kinds, SPECIAL, type Tiny, tokenizer } from './tiny-models';

const token = fc.integer({ min: 0, max: SPECIAL.unk - 1 });
const tokens = (length: number) => fc.array(token, { minLength: length, maxLength: length });
const runs = { seed: 20121492, numRuns: 40 };

/** A sentence, the index of a place in it, and other tokens for what stands after that place. */
const changed = fc
  .record({ before: fc.integer({ min: 1, max: 8 }), after: fc.integer({ min: 1, max: 8 }) })
  .chain(({ before, after }) => fc.record({ prefix: tokens(before), rest: tokens(after), other: tokens(after) }));

const coefficients = (specimen: Specimen, ids: number[], at: number): number[][] =>
  tf.tidy(() =>
    specimen
      .trace({ ids: tf.tensor2d(ids, [1, ids.length], 'int32'), mask: tf.ones([1, ids.length]) }, ['ffn.hidden'])
      .map(([hidden]) => (hidden!.arraySync() as number[][][])[0]![at]!),
  );

describe.each(kinds)('%s', (_, make) => {
  let tiny: Tiny;
  let specimen: Specimen;
  beforeAll(async () => {
    await useBackend('cpu');
    tiny = make();
    specimen = tiny.specimen;
  });
  afterAll(() => specimen.dispose());

  it('P8: x is what the keys see, y = Σ mᵢvᵢ + b, and the sum goes on', () => {
    fc.assert(
      fc.property(changed, ({ prefix, rest }) => {
        const context: Context = { prefix, next: 1, rest };
        const keys = specimen.gated ? (['ffn.gate', 'ffn.up'] as const) : (['ffn.preactivation'] as const);
        const sites = ['middle', 'ffn.hidden', 'ffn.output', 'ffn.sum', ...keys] as const;
        for (const [r, m, y, sum, pre, up] of alone(specimen, context, sites)) {
          for (const [i, value] of m!.entries()) {
            const coefficient = activations[specimen.activation](pre![i]!) * (up?.[i] ?? 1);
            expect(Math.abs(value - coefficient)).toBeLessThan(tolerance.float32 * 10);
          }
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
        const { ids, at } = specimen.input({ prefix, next: 1, rest: [] })!;
        const tail = specimen.kind === 'masked' ? ids.slice(at + 1) : [];
        const upTo = ids.slice(0, at + 1);
        const one = coefficients(specimen, [...upTo, ...rest, ...tail], at);
        const two = coefficients(specimen, [...upTo, ...other, ...tail], at);
        if (JSON.stringify(one) !== JSON.stringify(two)) differing++;
        if (specimen.kind === 'causal') expect(two).toEqual(one);
      }),
      runs,
    );
    if (specimen.kind === 'masked') expect(differing).toBeGreaterThan(runs.numRuns / 2);
    else expect(differing).toBe(0);
  });

  it('has a twin with initial weights of its shape, the same for the same seed', async () => {
    const twins = [1, 1, 2].map((seed) => specimen.initial(seed));
    const shapeOf = ({ layers, cells, width, vocabulary, kind }: Specimen) => [layers, cells, width, vocabulary, kind];
    for (const twin of twins) expect(shapeOf(twin)).toEqual(shapeOf(specimen));
    const values = async (twin: Specimen) => Array.from((await valuesOf(twin, 1)).data);
    const [one, two, three] = await Promise.all(twins.map(values));
    expect(one).toEqual(two);
    expect(one).not.toEqual(three);
    expect(one).not.toEqual(await values(specimen));
    for (const twin of twins) twin.dispose();
  });

  it('gives the values of a layer as rows: m · V + b is what the block writes', async () => {
    const context: Context = { prefix: [3, 1, 4], next: 1, rest: [5, 9] };
    const { rows, columns, data } = await expectConservesTensors(() => valuesOf(specimen, 1));
    expect([rows, columns]).toEqual([specimen.cells, specimen.width]);
    const [m, y] = alone(specimen, context, ['ffn.hidden', 'ffn.output'])[1]!;
    const bias = specimen.blocks[1]!.feedForward!.down.bias?.dataSync();
    for (let k = 0; k < columns; k++) {
      const sum = m!.reduce((total, value, cell) => total + value * data[cell * columns + k]!, bias?.[k] ?? 0);
      expect(Math.abs(y![k]! - sum)).toBeLessThan(tolerance.float32 * 10);
    }
  });

  it('runs layers in any order, all at once or one by one', () => {
    const context: Context = { prefix: [3, 1, 4], next: 1, rest: [5, 9] };
    const own = alone(specimen, context, ['output']).at(-1)![0]!;
    const { ids, at } = specimen.input(context)!;
    tf.tidy(() => {
      const tensors = {
        ids: tf.tensor2d([...ids], [1, ids.length], 'int32'),
        mask: tf.ones<tf.Rank.R2>([1, ids.length]),
      };
      const atPlace = (stream: tf.Tensor3D) => (stream.arraySync() as number[][][])[0]![at]!;
      const oneByOne = (order: number[]) =>
        order.reduce(
          (stream, layer) => specimen.streamAfter([layer], tensors, stream),
          specimen.streamAfter([], tensors),
        );
      expect(atPlace(specimen.streamAfter([0, 1, 2], tensors))).toEqual(own);
      for (const order of [
        [0, 1, 2],
        [2, 0, 1],
        [1, 1],
      ])
        expect(atPlace(oneByOne(order))).toEqual(atPlace(specimen.streamAfter(order, tensors)));
      expect(atPlace(specimen.streamAfter([1, 0, 2], tensors))).not.toEqual(own);
    });
  });

  it('reads its own scores out of its last layer', () => {
    const context: Context = { prefix: [3, 1, 4], next: 1, rest: [5, 9] };
    const { ids, at } = specimen.input(context)!;
    const scores = tf.tidy(() => {
      const place = tf.oneHot(tf.tensor1d([at], 'int32'), ids.length) as tf.Tensor2D;
      const tensors = {
        ids: tf.tensor2d([...ids], [1, ids.length], 'int32'),
        mask: tf.ones<tf.Rank.R2>([1, ids.length]),
      };
      return Array.from(specimen.scores(tensors, place).dataSync());
    });
    const expected = tiny.scores([alone(specimen, context, ['output']).at(-1)![0]!])[0]!;
    expect(scores).toHaveLength(specimen.vocabulary);
    for (const [i, score] of scores.entries())
      expect(Math.abs(score - expected[i]!)).toBeLessThan(tolerance.float32 * 10);
  });

  it('reads what fits its positions and nothing longer', () => {
    const extra = specimen.kind === 'masked' ? 3 : 0;
    const context = (length: number): Context => ({ prefix: new Array(length).fill(1), rest: [] });
    expect(specimen.input(context(specimen.positions - extra))!.ids).toHaveLength(specimen.positions);
    expect(specimen.input(context(specimen.positions - extra + 1))).toBeUndefined();
  });

  it('says what it lacks', () => {
    expect([lacking(specimen, 'memories'), lacking(specimen, 'readout')]).toEqual([undefined, undefined]);
    expect(lacking({ ...specimen, readouts: [] }, 'readout')).toBe('it has no head that predicts tokens');
    const bothSides = 'it reads both sides of a token, and the claim is about the next one';
    const leftOnly = 'it reads from left to right, and the claim is about BERT';
    expect([lacking(specimen, 'causal'), lacking(specimen, 'encoder')]).toEqual(
      specimen.kind === 'causal' ? [undefined, leftOnly] : [bothSides, undefined],
    );
    expect(lacking({ ...specimen, layers: 6 }, 'depth')).toBeUndefined();
    expect(lacking({ ...specimen, layers: 5 }, 'depth')).toBe(
      'it has 5 layers, and a course over depth needs at least 6',
    );
    const blocks = specimen.blocks.map((block, layer) => (layer === 1 ? { ...block, feedForward: undefined } : block));
    expect(lacking({ ...specimen, blocks } as Specimen, 'memories')).toBe(
      'some of its layers have no feed-forward block',
    );
  });
});

it('the tokenizer of the tiny models has their special tokens', () => {
  expect(tokenizer.special).toEqual(SPECIAL);
});

it('picks the values at one place of each row without rounding', async () => {
  await useBackend('cpu');
  const values = tf.tensor3d(
    Array.from({ length: 24 }, (_, i) => i / 7),
    [2, 3, 4],
  );
  const place = tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3]);
  expect(Array.from(pickAt(values, place).dataSync())).toEqual(
    [8, 9, 10, 11, 12, 13, 14, 15].map((i) => Math.fround(i / 7)),
  );
});
