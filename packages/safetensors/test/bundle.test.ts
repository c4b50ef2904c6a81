import { join } from 'node:path';
import { bundlers, importBundle } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, without a module of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    for (const code of files.values()) expect(new TextDecoder().decode(code)).not.toContain('node:');
    const { openSafetensors, serializeSafetensors, writeSafetensors } =
      await importBundle<typeof import('../src/index')>(files);

    const entries = [{ name: 'a', shape: [2], dtype: 'F16' as const, data: Float32Array.of(0.5, -3) }];
    const file = await openSafetensors(new Blob([serializeSafetensors(entries) as Uint8Array<ArrayBuffer>]));
    expect((await file.read('a')).data).toEqual(Float32Array.of(0.5, -3));
    await expect(openSafetensors('model.safetensors')).rejects.toThrow(
      /cannot open the file model.safetensors. Pass its bytes/,
    );
    await expect(writeSafetensors('model.safetensors', entries)).rejects.toThrow(
      /cannot write the file.*serializeSafetensors/,
    );
  },
);
