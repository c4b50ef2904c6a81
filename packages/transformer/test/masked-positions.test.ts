import { testBackends, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { maskedPositions } from '../src/index';

describe.each(testBackends)('maskedPositions, on %s', (backend) => {
  it.each(['float32', 'int32', 'bool'] as const)('counts the real tokens of each row of a %s mask', async (dtype) => {
    await useBackend(backend);
    tf.tidy(() => {
      const mask = tf.tensor2d(
        [
          [1, 1, 1, 1],
          [1, 1, 0, 0],
          [0, 0, 1, 1],
          [1, 0, 0, 1],
          [0, 0, 0, 0],
        ].flat(),
        [5, 4],
        dtype,
      );
      const positions = maskedPositions(mask);
      expect(positions.dtype).toBe('int32');
      expect(positions.arraySync()).toEqual([
        [0, 1, 2, 3],
        [0, 1, 2, 3],
        [0, 1, 0, 1],
        [0, 1, 2, 1],
        [0, 1, 2, 3],
      ]);
    });
  });
});
