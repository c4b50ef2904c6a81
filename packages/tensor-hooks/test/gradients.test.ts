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

  test('conserves tensors when an operation has no gradient, which shows only in the backward pass', async () => {
    const model = toy();
    const x = input();
    const without: Record<string, (y: tf.Tensor) => tf.Tensor> = {
      TopK: (y) => tf.sum(tf.topk(y, 2).values),
      Cumprod: (y) => tf.sum(tf.cumprod(y)),
      DenseBincount: (y) =>
        tf.sum(tf.denseBincount(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), tf.reshape(y, [6]), 3) as tf.Tensor),
    };
    for (const [name, operation] of Object.entries(without))
      await expect(
        expectConservesTensors(() => gradientsAt(model, x, '**', operation)),
        name,
      ).rejects.toThrow(/gradient/);
    tf.dispose([x, model.weights]);
  });

  test('within another gradient leaves the tape to that one', () => {
    tf.tidy(() => {
      const model = toy();
      const slope = tf.grad((x: tf.Tensor) => {
        const y = tf.mul(x, tf.square(x));
        expect(() => gradientsAt(model, tf.ones([2, 3]), 'logits', (z) => tf.sum(tf.topk(z, 1).values))).toThrow();
        return tf.sum(y);
      })(tf.tensor1d([2]));
      expect(numbers(slope)).toEqual([12]);
    });
  });

  test('a thousand runs that fail at random places, forward or backward, keep no tensor', async () => {
    const model = toy([0, 1, 0]);
    const x = input();
    const random = seededRandom(20);
    const below = (n: number) => Math.floor(random() * n);
    const faults = [
      () => {
        throw new Error('a fault of the target');
      },
      // Fails as it is computed: the shapes do not fit.
      (value: tf.Tensor) => tf.add(value, tf.ones([7, 7])),
      (value: tf.Tensor) => tf.reshape(value, [3, 2]),
      (value: tf.Tensor) => tf.cast(value, 'int32'),
      // Fails in the backward pass: these have no gradient.
      (value: tf.Tensor) => tf.add(value, tf.sum(tf.topk(value, 1).values)),
      (value: tf.Tensor) => tf.cumprod(value),
      tf.neg,
    ];
    const { numTensors } = tf.memory();
    let failed = 0;
    for (let run = 0; run < 1000; run++) {
      const point = model.points[below(model.points.length)]!;
      const fault = faults[below(faults.length)]!;
      const select = random() < 0.5 ? '**' : model.points[below(model.points.length)]!;
      const body = () => gradientsAt(model, x, select as '**', loss, { edits: [edit(point, fault)] }).dispose();
      try {
        if (random() < 0.2) tf.tidy(body);
        else body();
      } catch {
        failed++;
      }
      if (tf.memory().numTensors !== numTensors) expect.fail(`run ${run} keeps a tensor: ${point}, ${fault}`);
    }
    expect(failed).toBeGreaterThan(700);
    expect(failed).toBeLessThan(1000);
    tf.dispose([x, model.weights]);
  });
});
