import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createExecutor, hostTensor, requireGradients } from '../src/index';
import { loadError } from '../src/platform/load-error';
import { sessionError } from '../src/runtime/onnxruntime';

// What this machine can be made to suffer is in bad-days.test.ts; this needs another machine.
test('says that a binary is for another system', () => {
  const error = loadError(new Error("/lib/libc.so.6: version `GLIBC_2.28' not found"));
  expect(error.message).toMatch(/does not fit this machine/);
  expect(error.cause).toBeInstanceOf(Error);
});

test('says what a failing session means', () => {
  expect(sessionError(new Error('device was lost'), 'Running x failed').message).toMatch(
    /graphics device was lost.*checkpoint/,
  );
  expect(sessionError(new Error('std::bad_alloc'), 'Running x failed').message).toMatch(/not enough memory/);
  expect(sessionError(new Error('odd'), 'Running x failed').message).toBe(
    'Running x failed: onnxruntime reported an error. (odd)',
  );
});

test('CUDA without its libraries is a clear error', async ({ skip }) => {
  if (existsSync('/dev/nvidia0')) skip('this machine has an NVIDIA device');
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cuda' });
  const call = executor.compile((x: tf.Tensor) => tf.exp(x), { name: 'grow' });
  await expect(call(hostTensor([1], [1]))).rejects.toThrow(/CUDA provider could not be loaded for 'grow'/);
});

test('without gradients the error says what to import', () => {
  // In this process they are registered, in a bare one they are not.
  expect(() => requireGradients()).not.toThrow();
  const code = "import('@tensorflow/tfjs-core').then((tf) => console.log(tf.getGradient('Square') === undefined))";
  const bare = execFileSync(process.execPath, ['-e', code], { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(bare.trim()).toBe('true');
});
