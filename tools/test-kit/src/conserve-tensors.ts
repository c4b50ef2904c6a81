import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * Runs `body` and asserts that the number of living tensors grew by exactly `returned(result)` (default 0). If `body` throws,
 * the number must not have grown, and the error is rethrown.
 */
export async function expectConservesTensors<T>(
  body: () => T | Promise<T>,
  returned: (result: T) => number = () => 0,
): Promise<T> {
  const before = tf.memory().numTensors;
  let result: T;
  try {
    result = await body();
  } catch (error) {
    expect(tf.memory().numTensors, 'living tensors after a throw').toBe(before);
    throw error;
  }
  expect(tf.memory().numTensors, 'living tensors after the call').toBe(before + returned(result));
  return result;
}
