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

test('a browser says that it cannot download models', async () => {
  expect(await platform.namesIn('openai-community/gpt2')).toBeUndefined();
  await expect(platform.hubFolder('openai-community/gpt2', {})).rejects.toThrow(
    'A browser cannot load "openai-community/gpt2"',
  );
});
