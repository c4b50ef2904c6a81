import { join } from 'node:path';
import { bundlers, importBundle } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';
import { f32, ggufFile } from './gguf-file';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, without a module of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    for (const code of files.values()) expect(new TextDecoder().decode(code)).not.toContain('node:');
    const { openGguf } = await importBundle<typeof import('../src/index')>(files);

    const bytes = ggufFile({ tensors: [{ name: 'a', dimensions: [2], type: 0, bytes: [0.5, -3].flatMap(f32) }] });
    const file = await openGguf(new Blob([bytes]));
    expect((await file.read('a')).data).toEqual(Float32Array.of(0.5, -3));
    await expect(openGguf('model.gguf')).rejects.toThrow(/cannot open the file model.gguf. Pass its bytes/);
  },
);
