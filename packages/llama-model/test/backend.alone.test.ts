import { expect, it } from 'vitest';
import { createLlama, loadLlama } from '../src/index';
import { tinyConfig } from './tiny';

it('without a started backend, making and loading say in one line what to start', async () => {
  const message =
    /^No TensorFlow\.js backend is started: call "await startBackend\(\)" of @interlayer\/runtime first, .*$/;
  expect(() => createLlama(tinyConfig, { seed: 1 })).toThrow(message);
  await expect(loadLlama('anywhere')).rejects.toThrow(message);
});
