import { expect, it } from 'vitest';
import { fromPretrained } from '../src/index';

it('without a started backend, one line says what to start, before anything is read', async () => {
  await expect(fromPretrained('some-lab/tiny')).rejects.toThrow(/^No TensorFlow\.js backend is started: call .*$/);
});
