import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, describe as group, test } from 'vitest';
import { capture, checkPoints, describe, hookable, listPoints, type Tap } from '../src/index';
import { shared, toy } from './toy';

beforeAll(() => useBackend('cpu'));

group('describe', () => {
  test('lists what a capture of everything holds, and holds nothing itself', async () => {
    const model = toy([1, 0, 1], 4);
    const input = tf.zeros([2, 4]);
    const described = await expectConservesTensors(() => describe(model, input));
    expect(described.map(({ point }) => point)).toEqual(listPoints(model));
    const run = capture(model, input, '**');
    for (const { point, shape, dtype, bytes, fired } of described) {
      expect({ shape, dtype, bytes, fired }).toEqual({
        shape: run.at(point).shape,
        dtype: 'float32',
        bytes: 32,
        fired: 1,
      });
    }
    expect(described.find(({ point }) => point === 'layers.2.hidden')).toMatchObject({ slot: 2, sourceLayer: 1 });
    run.dispose();
    input.dispose();
    model.dispose();
  });

  test('repeated and silent points', () => {
    tf.tidy(() => {
      expect(describe(shared(3), tf.zeros([5]))).toEqual([
        { point: 'step', fired: 3, shape: [5], dtype: 'float32', bytes: 60, slot: 0, sourceLayer: 0 },
      ]);
      const target = hookable(['ids', 'never'], (x: tf.Tensor, tap) => tap('ids', tf.cast(x, 'bool')));
      expect(describe(target, tf.zeros([2]))).toEqual([
        { point: 'ids', fired: 1, shape: [2], dtype: 'bool', bytes: 2 },
        { point: 'never', fired: 0, shape: [], bytes: 0 },
      ]);
    });
  });
});

group('checkPoints', () => {
  test('counts what fires', async () => {
    const model = toy();
    const input = tf.zeros([1, 3]);
    expect(await expectConservesTensors(() => checkPoints(model, input))).toEqual({
      embeddings: 1,
      'layers.0.hidden': 1,
      'layers.0.output': 1,
      'layers.1.hidden': 1,
      'layers.1.output': 1,
      logits: 1,
    });
    expect(checkPoints(shared(4), tf.scalar(0))).toEqual({ step: 4 });
    input.dispose();
    model.dispose();
  });

  test('names silent, undeclared and repeated points', async () => {
    const target = {
      points: ['a', 'b', 'a'] as const,
      run: (x: tf.Tensor, tap: Tap<'a' | 'b'>) => tap('c' as 'a', tap('a', tf.add(x, 1))),
    };
    const input = tf.scalar(0);
    await expect(expectConservesTensors(() => checkPoints(target, input))).rejects.toThrow(
      'declared twice: "a"; declared, but never fired: "b"; fired, but not declared: "c".',
    );
  });
});
