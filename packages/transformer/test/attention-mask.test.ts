import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionMask, MASKED } from '../src/index';

beforeAll(() => useBackend('cpu'));

describe('attentionMask', () => {
  const mask = () => tf.tensor2d([1, 1, 0, 1, 0, 0], [2, 3]);

  it('is absent when nothing is hidden', () => {
    expect(attentionMask({ causal: false, length: 3 })).toBeUndefined();
  });

  it('hides padding as a key, of every dtype', () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const additive = attentionMask({ mask: tf.cast(mask(), dtype), causal: false, length: 3 })!;
      expect(additive.shape).toEqual([2, 1, 1, 3]);
      expect([...additive.dataSync()].map((value) => value + 0)).toEqual([0, 0, MASKED, 0, MASKED, MASKED]);
    }
  });

  it('hides the future, alone and together with padding', () => {
    const future = attentionMask({ causal: true, length: 3 })!;
    expect(future.shape).toEqual([1, 1, 3, 3]);
    expect([...future.dataSync()]).toEqual([0, MASKED, MASKED, 0, 0, MASKED, 0, 0, 0]);
    const both = attentionMask({ mask: mask(), causal: true, length: 3 })!;
    expect(both.shape).toEqual([2, 1, 3, 3]);
    expect([...both.dataSync()].map((value) => value < 0)).toEqual(
      [0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1].map(Boolean),
    );
  });

  it('gives hidden keys a probability of exactly 0, and a row without keys uniform ones', () => {
    const scores = tf.tensor4d([30, -30, 80, 5, 5, 5], [2, 1, 1, 3]);
    const masked = attentionMask({ mask: tf.tensor2d([1, 1, 0, 0, 0, 0], [2, 3]), causal: false, length: 3 })!;
    const [a, b, hidden, ...empty] = tf.softmax(tf.add(scores, masked)).dataSync();
    expect(a! + b!).toBeCloseTo(1, 6);
    expect(hidden).toBe(0);
    for (const probability of empty) expect(probability).toBeCloseTo(1 / 3, 6);
  });

  it('leaves its result alone behind', async () => {
    const padding = mask();
    await expectConservesTensors(
      () => attentionMask({ mask: padding, causal: true, length: 3 }),
      () => 1,
    );
  });
});
