import { expect, it } from 'vitest';
import { createWeights } from '../src/index';

it('weights need a backend: one line says what to start', () => {
  expect(() => createWeights([{ name: 'a', shape: [1], initial: 0 }], 1)).toThrow(
    /^No TensorFlow\.js backend is started: call "await startBackend\(\)" of @interlayer\/runtime first, .*$/,
  );
});
