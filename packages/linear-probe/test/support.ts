import { difference, tolerance } from '@interlayer/test-kit';
import { expect } from 'vitest';

/** The largest difference, relative to the largest magnitude (or 1), is within the bound. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number = tolerance.float64) {
  const { error, magnitude } = difference(actual, expected);
  expect(error).toBeLessThan(bound * Math.max(1, magnitude));
}
