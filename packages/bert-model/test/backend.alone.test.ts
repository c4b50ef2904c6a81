import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createBert, loadBert } from '../src/index';
import { tinyConfig } from './tiny';

const fixture = fileURLToPath(new URL('./fixtures/tiny-bert', import.meta.url));

it('without a started backend, making and loading say in one line what to start', async () => {
  const message =
    /^No TensorFlow\.js backend is started: call "await startBackend\(\)" of @interlayer\/runtime first, .*$/;
  expect(() => createBert(tinyConfig, { seed: 1 })).toThrow(message);
  await expect(loadBert(fixture)).rejects.toThrow(message);
});
