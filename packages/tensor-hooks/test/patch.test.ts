import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type At, capture, hookable, patch, runWith } from '../src/index';
import { numbers, toy } from './toy';

beforeAll(() => useBackend('cpu'));

/** [batch 2, heads 2, positions 3] */
const heads = hookable(['heads'], (x: tf.Tensor3D, tap) => tap('heads', x));
const clean = () => tf.reshape(tf.range(0, 12), [2, 2, 3]) as tf.Tensor3D;
const corrupted = () => tf.fill([2, 2, 3], -1) as tf.Tensor3D;

const patched = (value: tf.Tensor | (() => tf.Tensor), at?: At) =>
  tf.tidy(() => numbers(runWith(heads, corrupted(), { edits: [patch('heads', value, at)] }).output));

test('puts the value of another run in place, whole or at some indices of several axes', () => {
  tf.tidy(() => {
    const value = capture(heads, clean(), 'heads').at('heads');
    expect(patched(value)).toEqual([...Array(12).keys()]);
    expect(patched(() => clean())).toEqual([...Array(12).keys()]);
    // One head, at one position, of every example.
    const at = [
      { axis: 1, indices: [1] },
      { axis: 2, indices: [-1] },
    ];
    expect(patched(value, at)).toEqual([-1, -1, -1, -1, -1, 5, -1, -1, -1, -1, -1, 11]);
    expect(patched(value, { axis: 0, indices: [1] })).toEqual([-1, -1, -1, -1, -1, -1, 6, 7, 8, 9, 10, 11]);
  });
});

test('broadcasts a value, and leaves infinities elsewhere alone', () => {
  tf.tidy(() => {
    expect(patched(tf.scalar(Infinity), { axis: 2, indices: [0] })).toEqual(
      [0, 1, 2, 3].flatMap(() => [Infinity, -1, -1]),
    );
    expect(
      patched(tf.tensor1d([7, 8, 9]), [
        { axis: 0, indices: [0] },
        { axis: 1, indices: [0] },
      ]),
    ).toEqual(
      // biome-ignore format: short
      [7, 8, 9, ...Array(9).fill(-1)],
    );
  });
});

test('from the patched point on, a run equals the one that the patch came from', () => {
  const model = toy();
  tf.tidy(() => {
    const [x, y] = [tf.tensor2d([[0.1, -0.2, 0.3]]), tf.tensor2d([[1, 1, 1]])];
    const from = capture(model, x, 'layers.0.output');
    const { output } = runWith(model, y, { edits: [patch('layers.0.output', from.at('layers.0.output'))] });
    expect(numbers(output)).toEqual(numbers(from.output));
  });
  model.dispose();
});

test('refuses what does not fit', async () => {
  const wide = tf.zeros([4]);
  const whole = tf.zeros([3], 'int32');
  await expect(expectConservesTensors(() => void patched(wide))).rejects.toThrow(
    'The patch at "heads" has the shape [4]; expected [2, 2, 3] or one that broadcasts to it.',
  );
  await expect(expectConservesTensors(() => void patched(whole))).rejects.toThrow('gave int32 [2, 2, 3] for float32');
  expect(wide.isDisposed).toBe(false);
  tf.dispose([wide, whole]);
});
