import { join } from 'node:path';
import { bundlers, importBundle } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, without a module of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    for (const code of files.values()) expect(new TextDecoder().decode(code)).not.toContain('node:');
    const { probe } = await importBundle<typeof import('../src/index')>(files);
    const labels = Array.from({ length: 60 }, (_, i) => i % 2);
    const X = { rows: 60, columns: 1, data: Float32Array.from(labels, (label, i) => label + Math.sin(i)) };
    expect((await probe({ X, labels, seed: 1 })).record.test.n).toBe(12);
  },
);
