import { join } from 'node:path';
import { tolerance, useBackend } from '@interlayer/test-kit';
import { inBrowser } from '@interlayer/test-kit/browser';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Seen } from './browser/page';
import { numbers, toy } from './toy';

inBrowser('hook points in a browser', { entry: join(import.meta.dirname, 'browser/page.ts') }, ({ call }) => {
  test('captures and edits the same values as in Node', async () => {
    const seen = await call<Seen>('hooks');
    expect(seen.output).toEqual(seen.plain);
    expect(seen.captured.logits).toEqual(seen.plain);
    expect(Object.keys(seen.captured)).toHaveLength(6);
    // Without what the layers add, the output is twice the input.
    expect(seen.edited).toEqual([...Float32Array.of(0.2, -0.4, 0.6)]);
    expect(seen.unknown).toContain('layers.1.output');
    expect(seen.tensors[1]).toBe(seen.tensors[0]);

    await useBackend('cpu');
    const model = toy();
    const plain = tf.tidy(() => numbers(model.plain(tf.tensor2d([[0.1, -0.2, 0.3]]))));
    for (const [i, value] of plain.entries()) expect(Math.abs(seen.plain[i]! - value)).toBeLessThan(tolerance.float32);
    model.dispose();
  });
});
