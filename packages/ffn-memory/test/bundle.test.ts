import { join } from 'node:path';
import { bundlers, importBundle } from '@interlayer/test-kit/bundle';
import { expect, test } from 'vitest';

test.each(Object.entries(bundlers))(
  '%s bundles the package for browsers, without a module of Node’s',
  async (_, bundle) => {
    const files = await bundle(join(import.meta.dirname, '../src/index.ts'));
    for (const code of files.values()) expect(new TextDecoder().decode(code)).not.toContain('node:');
    const { createTriggerScan, triggersOf, topTokens, writeTriggers } =
      await importBundle<typeof import('../src/index')>(files);

    const scan = createTriggerScan({ layers: 1, cells: 1, top: 1 });
    const scores = { rows: 2, columns: 1, data: Float32Array.of(1, 3) };
    scan.add({ layer: 0, scores, examples: [0, 1], positions: [4, 5] });
    expect(triggersOf(scan.result(), 0, 0)).toEqual([{ score: 3, example: 1, position: 5 }]);
    expect(await topTokens({ rows: 1, columns: 1, data: Float32Array.of(-1) }, scores)).toEqual(Int32Array.of(0));
    await expect(writeTriggers('part.safetensors', scan.result())).rejects.toThrow(/browser cannot write the file/);
  },
);
