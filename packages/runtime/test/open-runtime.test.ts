import { hostTensor } from '@interlayer/tensor-compile';
import { tolerance } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { BackendName } from '../src/backend-names';
import { graphicsCards, nvidiaCards } from '../src/graphics-cards';
import { installed, nativeAddon } from '../src/installed';
import { openRuntime, type Runtime } from '../src/open-runtime';

let runtime: Runtime | undefined;

afterEach(async () => {
  await runtime?.dispose();
  runtime = undefined;
});

const addon = (name: string) => {
  const found = installed(name);
  return found && nativeAddon(found);
};

/** One compiled function and one training step; what both must give was computed by hand. */
async function expectToCompute({ executor }: Runtime): Promise<void> {
  const x = hostTensor([1, 2, 3, 4], [2, 2]);
  const square = executor.compile(({ x }: { x: tf.Tensor2D }) => ({ y: tf.matMul(x, x) }));
  const { y } = await square({ x });
  expect(y.shape).toEqual([2, 2]);
  expect([...y.data]).toEqual([7, 10, 15, 22]);
  await square.dispose();
  const weight = tf.variable(tf.tensor1d([2, -1]));
  // loss = Σ (w · x)² with x = [1, 3]: gradient 2 w x², so one step of rate 0.1 gives [1.6, 0.8].
  const step = executor.compileStep(
    (input: { x: tf.Tensor1D }) => tf.sum(tf.square(tf.mul(weight, input.x))) as tf.Scalar,
    tf.train.sgd(0.1),
    [weight],
  );
  const { loss } = await step({ x: hostTensor([1, 3], [2]) });
  expect(loss).toBeCloseTo(4 + 9, 4);
  await executor.pull([weight]);
  const [first, second] = weight.dataSync();
  expect(Math.abs(first - 1.6)).toBeLessThanOrEqual(tolerance.float32);
  expect(Math.abs(second - 0.8)).toBeLessThanOrEqual(tolerance.float32);
  await step.dispose();
  weight.dispose();
}

describe('openRuntime', () => {
  it.each<BackendName>(['onnx-cpu', 'wasm', 'cpu'])('computes and trains on %s, and describes it', async (backend) => {
    const lines: string[] = [];
    runtime = await openRuntime({ backend, threads: 1, log: (line) => lines.push(line) });
    expect(lines).toEqual([`backend ${backend}: ${runtime.why}`]);
    expect(runtime.why).toMatch(
      backend === 'onnx-cpu' ? /as asked, compiled, onnxruntime-node 1\.\d+\.\d+, 1 thread/ : /as asked, eager/,
    );
    expect(runtime.describe()).toMatchObject({
      backend,
      engine: runtime.executor.name,
      threads: 1,
      passedOver: [],
      device: expect.stringMatching(/\w/),
      versions: { node: process.versions.node, 'tfjs-core': tf.version_core },
    });
    await expectToCompute(runtime);
  });

  it.skipIf(graphicsCards().length > 0)(
    'takes onnx-cpu where there is no GPU, and says what it passed over',
    async () => {
      const lines: string[] = [];
      runtime = await openRuntime({ log: (line) => lines.push(line) });
      expect(runtime.backend).toBe('onnx-cpu');
      expect(runtime.describe().passedOver.map(({ backend }) => backend)).toEqual(['tfjs-node-gpu', 'webgpu']);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^backend onnx-cpu: compiled.*passed over: tfjs-node-gpu: .*; webgpu: no GPU/);
    },
  );

  it('keeps the eager backend that the caller has started', async () => {
    const { startBackend } = await import('../src/start-backend');
    await startBackend({ backend: 'cpu', log() {} });
    runtime = await openRuntime({ backend: 'onnx-cpu', log() {} });
    expect(runtime.describe().eager).toBe('cpu');
    expect(tf.getBackend()).toBe('cpu');
  });

  it.skipIf(graphicsCards().length > 0 || process.env.VK_ICD_FILENAMES)(
    'fails on webgpu without an adapter: no fallback',
    async () => {
      await expect(openRuntime({ backend: 'webgpu', log() {} })).rejects.toThrow(
        /backend webgpu is not available: onnxruntime found no adapter.*libvulkan1.*softwareGpuEnvironment/,
      );
    },
  );

  it.skipIf(nvidiaCards().length > 0)('fails on cuda without its libraries or a card: no fallback', async () => {
    await expect(openRuntime({ backend: 'cuda', log() {} })).rejects.toThrow(
      /backend cuda is not available: .*(onnxruntime_providers_cuda.*webgpu|no NVIDIA GPU)/,
    );
  });

  it.each<BackendName>(['tfjs-node', 'tfjs-node-gpu'])(
    'fails on %s without its addon: no fallback',
    async (backend) => {
      if (addon(`@tensorflow/${backend}`)) return console.warn(`SKIPPED: ${backend} has its addon here`);
      await expect(openRuntime({ backend, log() {} })).rejects.toThrow(/is not available: .*without its addon/);
    },
  );

  it('rejects an unknown name', async () => {
    await expect(openRuntime({ backend: 'gpu' as never })).rejects.toThrow(
      /unknown backend "gpu": expected one of onnx-cpu, webgpu, cuda, tfjs-node-gpu, tfjs-node, wasm, cpu/,
    );
  });
});
