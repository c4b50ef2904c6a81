import { capture, checkPoints, hookable, untapped } from '@interlayer/tensor-hooks';
import { difference, expectConservesTensors, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionMask, type BlockPoint, rotaryPositions, runStack, stackPoints } from '../src/index';
import { oracleStack, type Points } from './oracle';
import { randomStack, type StackShape } from './random-stack';

beforeAll(() => useBackend('cpu'));

const base: StackShape = {
  layers: 2,
  width: 8,
  heads: 2,
  inner: 12,
  norm: 'post',
  activation: 'gelu',
  joined: false,
  orientation: 'out-in',
  seed: 1,
};

interface Example {
  shape: StackShape;
  batch: number;
  length: number;
  order: number[];
  causal: boolean;
  mask?: number[];
  rotaryBase?: number;
}

/** The stack of an example as something with points, and its input. */
function setUp({ shape, batch, length, order, causal, mask, rotaryBase }: Example) {
  const { blocks, settings } = randomStack(shape);
  const values = randomValues(batch * length * shape.width, shape.seed + 1);
  const x = tf.tensor3d(values, [batch, length, shape.width]);
  const real = mask && tf.tensor2d(mask, [batch, length], 'int32');
  const rotation =
    rotaryBase === undefined
      ? undefined
      : rotaryPositions(shape.width / shape.heads, rotaryBase)({ length, mask: real });
  const context = { mask: attentionMask({ mask: real, causal, length }), rotation };
  const present = order.map((layer) => blocks[layer]!.feedForward !== undefined);
  const parts = { gated: shape.llama !== undefined, rotary: rotation !== undefined };
  const target = hookable(stackPoints(present, parts), (input: tf.Tensor3D, tap) =>
    runStack(input, blocks, settings, order, context, tap),
  );
  return { blocks, settings, values, x, target };
}

const examples: fc.Arbitrary<Example> = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 4 }),
    inner: fc.integer({ min: 1, max: 9 }),
    norm: fc.constantFrom('post' as const, 'pre' as const),
    activation: fc.constantFrom('gelu' as const, 'gelu-tanh' as const, 'relu' as const, 'silu' as const),
    llama: fc.option(fc.record({ keyValueHeads: fc.integer({ min: 1, max: 2 }) }), { nil: undefined }),
    rotaryBase: fc.option(fc.constantFrom(10, 10000), { nil: undefined }),
    joined: fc.boolean(),
    orientation: fc.constantFrom('out-in' as const, 'in-out' as const),
    seed: fc.integer({ min: 1, max: 1e6 }),
    batch: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 5 }),
    causal: fc.boolean(),
    masked: fc.boolean(),
  })
  .chain(({ layers, heads: groups, size: half, batch, length, causal, masked, llama, rotaryBase, ...rest }) => {
    // Each shared head serves `groups` heads, and a rotary head has an even size.
    const heads = groups * (llama?.keyValueHeads ?? 1);
    const size = rotaryBase === undefined ? half : 2 * half;
    const pattern = fc.array(fc.boolean(), { minLength: layers, maxLength: layers });
    return fc
      .record({
        feedForward: pattern,
        attentionSkips: pattern,
        feedForwardSkips: pattern,
        order: fc.array(fc.integer({ min: 0, max: layers - 1 }), { minLength: 1, maxLength: layers + 1 }),
        real: fc.array(fc.integer({ min: 1, max: length }), { minLength: batch, maxLength: batch }),
      })
      .map(({ feedForward, attentionSkips, feedForwardSkips, order, real }) => ({
        shape: {
          ...rest,
          llama,
          joined: rest.joined && !llama,
          layers,
          heads,
          width: heads * size,
          feedForward,
          skips: { attention: attentionSkips, feedForward: feedForwardSkips },
        },
        batch,
        length,
        order,
        causal,
        rotaryBase,
        mask: masked ? real.flatMap((n) => Array.from({ length }, (_, t) => (t < n ? 1 : 0))) : undefined,
      }));
  });

describe('a stack of blocks', () => {
  it('computes at every point what float64 loops compute, for every norm, activation, pattern, order and mask', () => {
    fc.assert(
      fc.property(examples, (example) => {
        tf.tidy(() => {
          const { blocks, settings, values, x, target } = setUp(example);
          const { batch, length, order, causal, mask, rotaryBase } = example;
          const points: Points = {};
          oracleStack({
            x: Float64Array.from(values),
            batch,
            length,
            blocks,
            settings,
            order,
            causal,
            mask,
            rotaryBase,
            points,
          });
          const { tensors } = capture(target, x, () => true);
          expect(Object.keys(tensors).sort()).toEqual(Object.keys(points).sort());
          for (const [point, expected] of Object.entries(points)) {
            const { error, magnitude } = difference(tensors[point]!.dataSync(), expected);
            expect(error, point).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
          }
        });
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('declares the points that fire, each once in a run', () => {
    fc.assert(
      fc.property(examples, (example) => {
        tf.tidy(() => {
          const { target, x } = setUp(example);
          for (const count of Object.values(checkPoints(target, x))) expect(count).toBe(1);
        });
      }),
      { seed: 12, numRuns: 15 },
    );
  });

  it('gives shapes as documented', () => {
    tf.tidy(() => {
      const { target, x } = setUp({ shape: base, batch: 3, length: 5, order: [0], causal: false });
      const { tensors } = capture(target, x, () => true);
      const [states, heads, pairs, inner] = [
        [3, 5, 8],
        [3, 2, 5, 4],
        [3, 2, 5, 5],
        [3, 5, 12],
      ];
      const expected: Record<string, number[]> = {
        input: states,
        'attention.input': states,
        'attention.query': heads,
        'attention.key': heads,
        'attention.value': heads,
        'attention.scores': pairs,
        'attention.probabilities': pairs,
        'attention.context': states,
        'attention.output': states,
        'attention.sum': states,
        middle: states,
        'ffn.input': states,
        'ffn.preactivation': inner,
        'ffn.hidden': inner,
        'ffn.output': states,
        'ffn.sum': states,
        output: states,
      };
      expect(Object.fromEntries(Object.entries(tensors).map(([point, { shape }]) => [point.slice(9), shape]))).toEqual(
        expected,
      );
    });
  });

  it('says in each event which slot ran which layer', () => {
    tf.tidy(() => {
      const { target, x } = setUp({ shape: base, batch: 1, length: 2, order: [1, 1, 0], causal: false });
      const { events } = capture(target, x, 'layers.*.output');
      expect(events.map(({ point, slot, sourceLayer, call }) => ({ point, slot, sourceLayer, call }))).toEqual([
        { point: 'layers.0.output', slot: 0, sourceLayer: 1, call: 0 },
        { point: 'layers.1.output', slot: 1, sourceLayer: 1, call: 0 },
        { point: 'layers.2.output', slot: 2, sourceLayer: 0, call: 0 },
      ]);
    });
  });

  it('is the identity for an empty order', () => {
    const { x, target } = setUp({ shape: base, batch: 1, length: 2, order: [], causal: false });
    expect(target.run(x, untapped)).toBe(x);
  });

  it('gives the same bits hooked and unhooked', () => {
    fc.assert(
      fc.property(examples, (example) => {
        tf.tidy(() => {
          const { x, target } = setUp(example);
          const hooked = capture(target, x, () => true).output as tf.Tensor;
          expect(hooked.dataSync()).toEqual(target.run(x, untapped).dataSync());
        });
      }),
      { seed: 13, numRuns: 15 },
    );
  });

  it('leaves no tensors but its result, also when a hook throws at any point', async () => {
    const { target, x, blocks, settings } = setUp({ shape: base, batch: 2, length: 3, order: [1, 0], causal: true });
    const run = (tap: Parameters<typeof target.run>[1]) => runStack(x, blocks, settings, [1, 0], {}, tap);
    await expectConservesTensors(
      () => run(untapped),
      () => 1,
    );
    for (const throwing of target.points) {
      const tap = <T>(point: BlockPoint, value: T) => {
        if (point === throwing) throw new Error('from a hook');
        return value;
      };
      await expect(expectConservesTensors(() => run(Object.assign(tap, { wants: () => true })))).rejects.toThrow(
        'from a hook',
      );
    }
  });

  it('has the gradients that finite differences in a random direction have', () => {
    for (const [index, shape] of (
      [
        base,
        { ...base, norm: 'pre', width: 8, heads: 4, llama: { keyValueHeads: 2 }, activation: 'silu' },
        { ...base, norm: 'pre', joined: true, orientation: 'in-out', activation: 'gelu-tanh' },
        { ...base, norm: 'pre', feedForward: [true, false] },
        { ...base, skips: { attention: [true, false], feedForward: [false, true] } },
      ] satisfies StackShape[]
    ).entries()) {
      tf.tidy(() => {
        const { blocks, settings, x } = setUp({ shape, batch: 2, length: 3, order: [0, 1], causal: false });
        const mask = attentionMask({ causal: index % 2 === 1, length: 3 });
        const rotation = 'llama' in shape ? rotaryPositions(shape.width / shape.heads, 10)({ length: 3 }) : undefined;
        const weigh = tf.tensor3d(randomValues(x.size, 99), x.shape);
        const leaves: tf.Tensor[] = [
          x,
          ...blocks.flatMap(({ attention, feedForward }) =>
            [
              ...('weight' in attention.projections ? [attention.projections] : attention.projections),
              attention.output,
              ...(feedForward ? [feedForward.up, feedForward.down] : []),
              ...(feedForward?.gate ? [feedForward.gate] : []),
            ].flatMap(({ weight, bias }) => (bias ? [weight, bias] : [weight])),
          ),
          ...blocks.flatMap(({ attention, feedForward }) =>
            [attention.norm, ...(feedForward ? [feedForward.norm] : [])].flatMap(({ gain, bias }) =>
              bias ? [gain, bias] : [gain],
            ),
          ),
        ];
        const loss = (...at: tf.Tensor[]) => {
          const take = new Map(leaves.map((leaf, i) => [leaf, at[i]!]));
          const moved = <T extends object>(part: T): T =>
            Object.fromEntries(
              Object.entries(part).map(([name, value]) => [name, value instanceof tf.Tensor ? take.get(value) : value]),
            ) as T;
          const changed = blocks.map(({ attention, feedForward }) => ({
            attention: {
              projections:
                'weight' in attention.projections
                  ? moved(attention.projections)
                  : (attention.projections.map(moved) as unknown as typeof attention.projections),
              output: moved(attention.output),
              norm: moved(attention.norm),
            },
            ...(feedForward && {
              feedForward: {
                ...(feedForward.gate && { gate: moved(feedForward.gate) }),
                up: moved(feedForward.up),
                down: moved(feedForward.down),
                norm: moved(feedForward.norm),
              },
            }),
          }));
          const hidden = runStack(at[0] as tf.Tensor3D, changed, settings, [0, 1], { mask, rotation }, untapped);
          return tf.sum(tf.mul(hidden, weigh)) as tf.Scalar;
        };
        const gradients = tf.grads(loss)(leaves);
        for (const [i, leaf] of leaves.entries()) {
          const direction = tf.tensor(randomValues(leaf.size, 1000 + i), leaf.shape);
          const shifted = (h: number) =>
            loss(...leaves.map((other, j) => (j === i ? tf.add(other, tf.mul(direction, h)) : other))).dataSync()[0]!;
          const h = 4e-3;
          const measured = (shifted(h) - shifted(-h)) / (2 * h);
          const derived = tf.sum(tf.mul(gradients[i]!, direction)).dataSync()[0]!;
          expect(
            Math.abs(measured - derived),
            `configuration ${index}, leaf ${i} of shape [${leaf.shape}]`,
          ).toBeLessThan(tolerance.finiteDifference * Math.max(1, Math.abs(derived)));
        }
      });
    }
  });
});
