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

test('a browser says that it cannot read model files', async () => {
  await expect(platform.readFile('stories.bin')).rejects.toThrow('A browser cannot read the file stories.bin');
});
