import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gradientsAt, hookable } from '../src/index';

// A file, and with it a process, of its own: once something has registered the gradients they stay.
test('without registered gradients, gradientsAt says what to import', () => {
  expect(tf.getGradient('Multiply')).toBeUndefined();
  const target = hookable(['x'], (x: tf.Tensor, tap) => tap('x', x));
  expect(() => gradientsAt(target, null as unknown as tf.Tensor, 'x', (y) => y)).toThrow(
    "import '@tensorflow/tfjs' once",
  );
});
