import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { expectConservesTensors, useBackend } from '../src/index';

beforeAll(() => useBackend('cpu'));

it('passes a function that returns what it says, and hands its result on', async () => {
  const made = await expectConservesTensors(
    () => tf.tidy(() => tf.square(tf.scalar(3))),
    () => 1,
  );
  expect(made.dataSync()[0]).toBe(9);
  made.dispose();
});

it('fails a function that leaks, also when it throws', async () => {
  const leaked: tf.Tensor[] = [];
  await expect(expectConservesTensors(() => void leaked.push(tf.scalar(1)))).rejects.toThrow(/living tensors/);
  await expect(
    expectConservesTensors(() => {
      leaked.push(tf.scalar(1));
      throw new Error('planned');
    }),
  ).rejects.toThrow(/living tensors after a throw/);
  tf.dispose(leaked);
  await expect(
    expectConservesTensors(() => {
      throw new Error('planned');
    }),
  ).rejects.toThrow('planned');
});
