import { expectConservesTensors, seededRandom, testBackends, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { capture, edit, gradientsAt, hookable, runWith, SilentPointError, UnknownPointError } from '../src/index';
import { numbers, shared, toy } from './toy';

const loss = (output: tf.Tensor): tf.Tensor => tf.sum(tf.square(output));
const input = () => tf.tensor2d([0.3, -0.1, 0.7, -0.4, 0.2, 0.1], [2, 3]);

describe.each(testBackends)('gradientsAt on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('agrees with finite differences in one random direction, at every point', () => {
    const model = toy([0, 1, 0]);
    const random = seededRandom(5);
    tf.tidy(() => {
      const x = input();
      const { gradients } = gradientsAt(model, x, '**', loss);
      for (const point of model.points) {
        const direction = tf.tensor2d(
          Array.from({ length: 6 }, () => random() * 2 - 1),
          [2, 3],
        );
        const at = (h: number) =>
          numbers(
            loss(runWith(model, x, { edits: [edit(point, (value) => tf.add(value, tf.mul(direction, h)))] }).output),
          )[0]!;
        const h = 1e-2;
        const slope = (at(h) - at(-h)) / (2 * h);
        const along = numbers(tf.sum(tf.mul(gradients[point]!, direction)))[0]!;
        expect(Math.abs(along - slope), point).toBeLessThanOrEqual(
          tolerance.finiteDifference * Math.max(1, Math.abs(slope)),
        );
      }
    });
    model.dispose();
  });

  test('agrees with tf.grad of the rest of the computation', () => {
    const model = toy();
    tf.tidy(() => {
      const x = input();
      const run = capture(model, x, 'layers.0.output');
      const rest = (h: tf.Tensor) =>
        loss(tf.mul(tf.add(h, tf.tanh(tf.matMul(h as tf.Tensor2D, model.weights[1]! as tf.Tensor2D))), 2));
      const expected = numbers(tf.grad(rest)(run.tensors['layers.0.output']!));
      const found = gradientsAt(model, x, 'layers.0.output', loss);
      expect(() => found.at('logits')).toThrow('There is no value at "logits". Nearest points: "layers.0.output".');
      for (const [i, g] of numbers(found.at('layers.0.output')).entries()) {
        expect(Math.abs(g - expected[i]!)).toBeLessThanOrEqual(tolerance.gradient);
      }
      expect(numbers(found.loss)).toEqual(numbers(loss(run.output)));
    });
    model.dispose();
  });
});

describe('gradientsAt', () => {
  beforeAll(() => useBackend('cpu'));

  test('each call of a point has its own; edits are part of the computation', () => {
    tf.tidy(() => {
      // y = 3(3(3(x + 1) + 1) + 1): the value after the i-th edit counts 9, 3 and 1 times.
      const found = gradientsAt(shared(3), tf.scalar(0), 'step', (y) => y, {
        edits: [edit('step', (value) => tf.mul(value, 3))],
      });
      expect(Object.fromEntries(Object.entries(found.gradients).map(([key, g]) => [key, numbers(g)[0]]))).toEqual({
        step: 9,
        'step#1': 3,
        'step#2': 1,
      });
    });
  });

  test('is zero where the loss does not depend on the value', () => {
    const target = hookable(['used', 'unused'], (x: tf.Tensor, tap) => {
      tap('unused', tf.exp(x));
      return tap('used', tf.square(x));
    });
    tf.tidy(() => {
      const { gradients } = gradientsAt(target, tf.tensor1d([1, 2]), '**', (y) => tf.sum(y));
      expect(numbers(gradients.unused!)).toEqual([0, 0]);
      expect(numbers(gradients.used!)).toEqual([1, 1]);
    });
  });

  test('conserves tensors, also when it throws', async () => {
    const model = toy();
    const x = input();
    const found = await expectConservesTensors(
      () => gradientsAt(model, x, 'layers.*.hidden', loss),
      () => 3,
    );
    await expectConservesTensors(
      () => found.dispose(),
      () => -3,
    );
    found.dispose();
    const run = (...[select, fn]: [Parameters<typeof gradientsAt>[1], typeof loss]) =>
      expectConservesTensors(() => gradientsAt(model, x, select as '**', fn));
    await expect(run('**', (y) => tf.tidy(() => tf.mul(y, 2)))).rejects.toThrow('one float32 number');
    await expect(
      run('**', () => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    await expect(run('layers.7.hidden', loss)).rejects.toThrow(UnknownPointError);
    const integer = hookable(['ids', 'never'], (value: tf.Tensor, tap) =>
      tf.cast(tap('ids', tf.cast(value, 'int32')), 'float32'),
    );
    await expect(expectConservesTensors(() => gradientsAt(integer, x, 'ids', loss))).rejects.toThrow('"ids" is int32');
    await expect(expectConservesTensors(() => gradientsAt(integer, x, 'never', loss))).rejects.toThrow(
      SilentPointError,
    );
    x.dispose();
    model.dispose();
  });
});
