import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createExecutor, eagerExecutor, hostTensor, layerNorm, requireGradients } from '../src/index';
import { loadError } from '../src/platform/load-error';
import { type OnnxRuntime, sessionError } from '../src/runtime/onnxruntime';
import { expectClose } from './close';

// Failures that this machine can produce are in bad-days.test.ts; this one needs another machine.
test('says that a binary is for another system', () => {
  const error = loadError(new Error("/lib/libc.so.6: version `GLIBC_2.28' not found"));
  expect(error.message).toMatch(/is not for this machine/);
  expect(error.cause).toBeInstanceOf(Error);
});

test('explains an error of a session', () => {
  expect(sessionError(new Error('device was lost'), 'Running x failed').message).toMatch(
    /graphics device was lost.*checkpoint/,
  );
  expect(sessionError(new Error('std::bad_alloc'), 'Running x failed').message).toMatch(/not enough memory/);
  expect(sessionError(new Error('odd'), 'Running x failed').message).toBe(
    'Running x failed: onnxruntime reported an error. (odd)',
  );
});

test('on the CPU a skip and its layer norm stay separate kernels', async () => {
  await useBackend('cpu');
  const ort = await import('onnxruntime-node');
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-optimized-'));
  const path = join(folder, 'model.onnx');
  const create = (model: Uint8Array, options?: object) =>
    ort.InferenceSession.create(model, { ...options, optimizedModelFilePath: path });
  try {
    const executor = await createExecutor({
      provider: 'cpu',
      threads: 1,
      ort: { ...ort, InferenceSession: { create } } as unknown as OnnxRuntime,
    });
    const [w, bias, gain] = [tf.randomNormal([8, 8], 0, 1, 'float32', 1), tf.range(1, 9), tf.range(0, 8)];
    const block = ({ x }: { x: tf.Tensor3D }) => layerNorm(tf.add(x, tf.add(dense(x, w), bias)), gain, bias, 1e-5);
    const x = hostTensor(
      Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)),
      [2, 3, 8],
    );
    const [compiled, eager] = await Promise.all([executor, eagerExecutor()].map((each) => each.compile(block)({ x })));
    expectClose(compiled!, eager!, tolerance.float32);
    const operators = readFileSync(path, 'latin1');
    expect(operators).toContain('LayerNormalization');
    expect(operators).not.toContain('SkipLayerNormalization');
    await executor.dispose();
    tf.dispose([w, bias, gain]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('frozen weights are passed beside the model and read only during compilation', async () => {
  await useBackend('cpu');
  const ort = await import('onnxruntime-node');
  const made: { bytes: number; data: Float32Array[] }[] = [];
  const create = (model: Uint8Array, options: { externalData: { data: Uint8Array }[] }) => {
    const data = options.externalData.map(
      ({ data }) => new Float32Array(data.buffer, data.byteOffset, data.length / 4),
    );
    made.push({ bytes: model.length, data });
    return ort.InferenceSession.create(model, options as object);
  };
  const executor = await createExecutor({
    provider: 'cpu',
    threads: 1,
    ort: { ...ort, InferenceSession: { create } } as unknown as OnnxRuntime,
  });
  const weight = tf.variable(tf.randomNormal([40, 30], 0, 1, 'float32', 1));
  const table = tf.variable(tf.randomNormal([50, 40], 0, 1, 'float32', 2));
  const look = executor.compile(({ ids }: { ids: tf.Tensor1D }) =>
    tf.matMul(tf.gather(table, ids), weight as tf.Tensor2D),
  );
  const ids = hostTensor([3, 49], [2], 'int32');
  const before = await look({ ids });
  const [{ bytes, data }] = made as [(typeof made)[0]];
  expect(bytes).toBeLessThan(1000);
  expect(data.map((values) => [...values])).toEqual([table, weight].map((variable) => [...variable.dataSync()]));
  for (const values of data) values.fill(0);
  expect(await look({ ids })).toEqual(before);
  await executor.dispose();
  tf.dispose([weight, table]);
});

/** [..., k] × [k, n] */
const dense = (x: tf.Tensor3D, w: tf.Tensor): tf.Tensor3D =>
  tf.reshape(tf.matMul(tf.reshape(x, [-1, 8]), w as tf.Tensor2D), x.shape);

test('CUDA without its libraries is a clear error', async ({ skip }) => {
  if (existsSync('/dev/nvidia0')) skip('this machine has an NVIDIA device');
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cuda' });
  const call = executor.compile((x: tf.Tensor) => tf.exp(x), { name: 'grow' });
  await expect(call(hostTensor([1], [1]))).rejects.toThrow(/CUDA provider could not be loaded for 'grow'/);
});

test('without gradients the error says what to import', () => {
  // They are registered in this process, but not in a bare one.
  expect(() => requireGradients()).not.toThrow();
  const code = "import('@tensorflow/tfjs-core').then((tf) => console.log(tf.getGradient('Square') === undefined))";
  const bare = execFileSync(process.execPath, ['-e', code], { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(bare.trim()).toBe('true');
});
