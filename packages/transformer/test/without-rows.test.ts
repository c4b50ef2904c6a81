import { testBackends, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { withoutRows } from '../src/index';

describe.each(testBackends)('withoutRows, on %s', (backend) => {
  it('keeps the scores of the other rows bit by bit, and lets no argmax or softmax choose these', async () => {
    await useBackend(backend);
    tf.tidy(() => {
      const scores = tf.tensor2d([3, 9, 1, 8, -700, 2, 9, 4], [2, 4]);
      const kept = withoutRows(scores, [1, 3]);
      expect(tf.argMax(kept, -1).arraySync()).toEqual([0, 2]);
      const values = kept.arraySync() as number[][];
      expect(values.map((row) => [row[0], row[2]])).toEqual([
        [3, 1],
        [-700, 9],
      ]);
      for (const row of tf.softmax(kept).arraySync() as number[][]) expect([row[1], row[3]]).toEqual([0, 0]);
      expect(withoutRows(scores, [])).toBe(scores);
      for (const row of [4, -1, 0.5]) expect(() => withoutRows(scores, [row])).toThrow(`The row ${row} is not one of`);
    });
  });
});
