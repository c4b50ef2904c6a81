import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tolerance } from '@interlayer/test-kit';
import { type BrowserPage, inBrowser } from '@interlayer/test-kit/browser';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostTree } from '../src/index';
import type { Pair } from './browser/page';
import { expectClose } from './close';
import { kernelCases } from './kernel-cases';

const page = {
  entry: join(import.meta.dirname, 'browser/page.ts'),
  // The WebAssembly files of onnxruntime-web lie beside the bundle, as on any site.
  assets: [dirname(fileURLToPath(import.meta.resolve('onnxruntime-web')))],
};

/** On a busy machine a browser takes its time, and a software GPU takes more. */
const SLOW = 300_000;

const forward = ({ call }: BrowserPage) =>
  test(
    'gives the outputs of the eager function, inner values included',
    async () => {
      const { actual, expected } = await call<Pair>('forward');
      expectClose(actual, expected, tolerance.float32);
    },
    SLOW,
  );

inBrowser('onnxruntime-web on wasm', page, ({ call }) => {
  beforeAll(async () => {
    // The same name as in Node, so that one line of code serves both.
    expect(await call('open', { provider: 'cpu' })).toBe('onnxruntime wasm, 1 thread');
  });
  afterAll(() => call('close'));

  test(
    'every kernel equals that of tfjs cpu',
    async () => {
      for (const name of Object.keys(kernelCases)) {
        const { actual, expected } = await call<Pair>('kernel', name);
        expectClose(actual, expected, tolerance.float32);
      }
    },
    SLOW,
  );

  forward({ call });

  test('runs what was compiled in half precision', async () => {
    const { actual, expected } = await call<Pair>('half');
    expectClose(actual, expected, tolerance.halfPrecision);
  });

  test('trains like the eager loop, and shares the weights with other functions', async () => {
    const { actual, expected } = await call<Pair>('train');
    expectClose(actual, expected, tolerance.gradient);
  });

  test('exports a model that a plain session runs', async () => {
    const { bytes, ids, expected } = await call<{ bytes: Uint8Array; ids: Int32Array; expected: HostTree }>('exported');
    const session = await ort.InferenceSession.create(bytes);
    const { 'layers.0.hidden': hidden } = await session.run({ ids: new ort.Tensor('int32', ids, [2]) });
    const actual = { dtype: 'float32' as const, shape: [...hidden!.dims], data: hidden!.data as Float32Array };
    expectClose({ layers: [{ hidden: actual }] }, expected, tolerance.float32);
    await session.release();
  });

  test('says what a browser cannot do', async () => {
    const [cuda, threads] = await call<string[]>('refusals');
    expect(cuda).toMatch(/'cuda' does not exist in a browser; expected 'wasm' or 'webgpu'/);
    expect(threads).toMatch(/2 threads, but onnxruntime-web already runs with 1/);
  });
});

inBrowser('onnxruntime-web on wasm, in a page with threads', { ...page, isolated: true }, ({ call }) => {
  test('runs with the threads that were asked for', async () => {
    expect(await call('open', { provider: 'wasm', threads: 2 })).toBe('onnxruntime wasm, 2 threads');
    const { actual, expected } = await call<Pair>('train');
    expectClose(actual, expected, tolerance.gradient);
    await call('close');
  });
});

inBrowser('onnxruntime-web in a page without threads', page, ({ call }) => {
  test('refuses to run with two', async () => {
    await expect(call('open', { provider: 'wasm', threads: 2 })).rejects.toThrow(
      /this page has only one.*Cross-Origin-Opener-Policy/,
    );
  });
});

// Chromium brings a software GPU. It needs minutes for the shaders of all kernels, which are those of onnxruntime-node
// (see webgpu.alone.test.ts): here it is the way there and back that is tested.
const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
inBrowser('onnxruntime-web on webgpu', { ...page, flags: gpu }, ({ call }) => {
  beforeAll(async () => {
    expect(await call('open', { provider: 'webgpu' })).toBe('onnxruntime webgpu');
  });
  afterAll(() => call('close'));

  forward({ call });

  test(
    'refuses half precision, which the software GPU has not, and names it',
    async () => {
      expect(await call('half')).toMatch(/\(.*swiftshader.*\): it lacks WebGPU's shader-f16\..*'float32'/i);
    },
    SLOW,
  );

  test(
    'trains with the weights on the device',
    async () => {
      const { actual, expected } = await call<Pair>('trainLittle');
      expectClose(actual, expected, tolerance.gradient);
    },
    SLOW,
  );
});
