import { join } from 'node:path';
import { bundlers } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, which have no modules of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    expect([...files.keys()]).toContain('/page.js');
  },
);
