import { hostTensor } from '@interlayer/tensor-compile';
import { seededRandom, tolerance } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { graphicsCards } from '../src/graphics-cards';
import { openRuntime } from '../src/open-runtime';
import { softwareGpuEnvironment } from '../src/software-gpu';

const environment = softwareGpuEnvironment();
if (!environment)
  console.warn('SKIPPED: no SwiftShader or no Vulkan loader here (Debian: apt-get install chromium libvulkan1)');

// A file, so a process, of its own: the environment is read when WebGPU is first used.
it.skipIf(!environment || graphicsCards().length > 0)(
  'uses a software adapter when asked, says so, and never by itself',
  async () => {
    Object.assign(process.env, environment);

    const chosen = await openRuntime({ log() {} });
    expect(chosen.backend).not.toBe('webgpu');
    await chosen.dispose();

    const runtime = await openRuntime({ backend: 'webgpu', log() {} });
    expect(runtime.why).toMatch(/on the software adapter SwiftShader: correct, but very slow/);
    expect(runtime.describe().device).toBe('SwiftShader');
    const random = seededRandom(5);
    const x = hostTensor(
      Float32Array.from({ length: 12 }, () => random() - 0.5),
      [3, 4],
    );
    const body = ({ x }: { x: tf.Tensor2D }) => ({ y: tf.softmax(tf.matMul(x, x, false, true)) });
    const compiled = runtime.executor.compile(body);
    const { y } = await compiled({ x });
    const expected = tf.tidy(() => body({ x: tf.tensor2d(x.data as Float32Array, [3, 4]) }).y.dataSync());
    for (const [i, value] of expected.entries())
      expect(Math.abs(y.data[i] - value)).toBeLessThanOrEqual(tolerance.float32);
    await runtime.dispose();
  },
);
