import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { graphicsCards } from '../src/graphics-cards';
import { installed, nativeAddon } from '../src/installed';
import { sayOnce } from '../src/say';
import { startBackend } from '../src/start-backend';

const built = (name: string) => {
  const found = installed(`@tensorflow/${name}`);
  return found !== undefined && nativeAddon(found) !== undefined;
};

afterEach(() => vi.restoreAllMocks());

describe('startBackend', () => {
  it.each(['wasm', 'cpu'] as const)('starts %s, says so, and gives gradients', async (backend) => {
    const lines: string[] = [];
    const started = await startBackend({ backend, log: (line) => lines.push(line) });
    expect(started).toMatchObject({ backend, passedOver: [], threads: 1 });
    expect(lines).toEqual([`backend ${backend}: ${started.why}`]);
    expect(tf.getBackend()).toBe(backend);
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.square(tf.gather(x, [0, 0, 2]))))(tf.tensor1d([1, 2, 3]))
        .dataSync(),
    );
    expect([...gradient]).toEqual([4, 0, 6]);
  });

  it.skipIf(built('tfjs-node') || built('tfjs-node-gpu'))(
    'takes wasm where the native packages lack their addons, and lists both with the reason',
    async () => {
      const lines: string[] = [];
      const { backend, passedOver } = await startBackend({ log: (line) => lines.push(line) });
      expect(backend).toBe('wasm');
      expect(passedOver.map((each) => each.backend)).toEqual(['tfjs-node-gpu', 'tfjs-node']);
      for (const { reason } of passedOver) expect(reason).toMatch(/without its addon.*native-tensorflow/);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^backend wasm: .*kernel pack.*passed over: tfjs-node-gpu: .*; tfjs-node: /);
    },
  );

  it.each(['tfjs-node', 'tfjs-node-gpu'] as const)(
    'fails on %s without its addon instead of falling back',
    async (backend) => {
      if (built(backend)) return console.warn(`SKIPPED: ${backend} has its addon here`);
      await expect(startBackend({ backend, log() {} })).rejects.toThrow(
        new RegExp(
          `backend ${backend} cannot be started: .*without its addon \\(tfjs_binding\\.node\\).*native-tensorflow`,
        ),
      );
      // Nothing of a half-loaded package is left behind.
      expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
    },
  );

  it.skipIf(!built('tfjs-node-gpu') || graphicsCards().length > 0)(
    'does not load the GPU package without a GPU',
    async () => {
      await expect(startBackend({ backend: 'tfjs-node-gpu', log() {} })).rejects.toThrow(/no NVIDIA GPU/);
    },
  );

  it('rejects names and thread counts that are none', async () => {
    await expect(startBackend({ backend: 'webgl' as never })).rejects.toThrow(
      /unknown backend "webgl": expected one of tfjs-node-gpu, tfjs-node, wasm, cpu/,
    );
    await expect(startBackend({ backend: 'cpu', threads: 0 })).rejects.toThrow(/threads is 0/);
  });

  it('says a line to stderr once', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    sayOnce('a line of this test');
    sayOnce('a line of this test');
    sayOnce('another');
    expect(error.mock.calls).toEqual([['a line of this test'], ['another']]);
  });
});
