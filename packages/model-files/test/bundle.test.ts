import { join } from 'node:path';
import { bundlers } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';
import { platform } from '../src/platform/browser';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, which have no modules of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    expect([...files.keys()]).toContain('/page.js');
  },
);

test('a browser says that it has no folders', async () => {
  const refusal = 'A browser has no folder "models/gpt2": models are read from folders and saved to them in Node only.';
  await expect(platform.openFolder('models/gpt2')).rejects.toThrow(refusal);
  await expect(platform.writeFolder('models/gpt2', async () => {})).rejects.toThrow(refusal);
  await expect(platform.loadTokenizer('models/gpt2')).rejects.toThrow(refusal);
});
