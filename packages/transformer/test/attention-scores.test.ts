import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionScores } from '../src/index';

describe('attentionScores', () => {
  beforeAll(() => useBackend('cpu'));

  it.each([1, 2, 5, 8])('is the scaled dot product for heads of %i numbers', (size) => {
    const [B, H, T] = [2, 3, 4];
    const values = (seed: number) => Array.from({ length: B * H * T * size }, (_, i) => Math.sin(seed + i * 1.7));
    const [q, k] = [values(1), values(2)];
    const tensors = [q, k].map((list) => tf.tensor(list, [B, H, T, size]));
    const scores = attentionScores(tensors[0]!, tensors[1]!);
    expect(scores.shape).toEqual([B, H, T, T]);
    scores.dataSync().forEach((score, i) => {
      const [head, query, key] = [Math.floor(i / (T * T)), Math.floor(i / T) % T, i % T];
      let sum = 0;
      for (let n = 0; n < size; n++) sum += q[(head * T + query) * size + n]! * k[(head * T + key) * size + n]!;
      expect(Math.abs(score - sum / Math.sqrt(size))).toBeLessThanOrEqual(tolerance.float32);
    });
    tf.dispose([...tensors, scores]);
  });
});
