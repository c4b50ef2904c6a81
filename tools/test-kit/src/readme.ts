import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { check } from './code-blocks';
import { readmeModule } from './readme-modules';

/**
 * Defines a test that runs the code of a package's README from source: the `ts` blocks, joined in order as one module.
 * Call it from `test/readme.test.ts` with `import.meta.url`. What a reader must install for it, and the types of all
 * blocks, are checked by `tools/packed`, on the packages as they are published.
 */
export function runReadme(testUrl: string, { before = '' }: { before?: string } = {}): void {
  test('the code of the README runs and gives what it says', async () => {
    Object.assign(globalThis, { __readmeCheck: check });
    await import(/* @vite-ignore */ readmeModule(join(dirname(fileURLToPath(testUrl)), '..'), before));
  });
}
