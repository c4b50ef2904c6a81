import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createGpt, loadGpt } from '../src/index';
import { tinyConfig } from './tiny';

const fixture = fileURLToPath(new URL('./fixtures/tiny-gpt', import.meta.url));

it('without a started backend, making and loading say in one line what to start', async () => {
  const message =
    /^No TensorFlow\.js backend is started: call "await startBackend\(\)" of @interlayer\/runtime first, .*$/;
  expect(() => createGpt(tinyConfig, { seed: 1 })).toThrow(message);
  await expect(loadGpt(fixture)).rejects.toThrow(message);
});
