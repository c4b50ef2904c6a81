import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, test, vi } from 'vitest';
import { check } from './code-blocks';
import { readmeModule } from './readme-modules';
import { temporaryFolder } from './temporary-folder';

/** What a README takes for granted outside of its code, such as a hub that answers: exported by `test/readme-environment.ts`. */
export type ReadmeEnvironment = (folder: string) => Promise<{ env: NodeJS.ProcessEnv; close?: () => Promise<void> }>;

/**
 * Defines a test that runs the code of a package's README from source: the `ts` blocks, joined in order as one module.
 * Call it from `test/readme.test.ts` with `import.meta.url`; `up` is the way from there to the README. What a reader must install for it, and the types of all
 * blocks, are checked by `tools/packed`, on the packages as they are published.
 */
export function runReadme(testUrl: string, up = '..'): void {
  const folder = join(dirname(fileURLToPath(testUrl)), up);
  test('the code of the README runs and gives what it says', async () => {
    Object.assign(globalThis, { __readmeCheck: check });
    const file = join(folder, 'test/readme-environment.ts');
    if (existsSync(file)) {
      const { environment } = (await import(file)) as { environment: ReadmeEnvironment };
      const { env, close } = await environment(await temporaryFolder());
      onTestFinished(async () => close?.());
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    }
    // Examples write files where they run; a checkout may be read-only.
    const before = process.cwd();
    process.chdir(await temporaryFolder());
    onTestFinished(() => process.chdir(before));
    await import(/* @vite-ignore */ readmeModule(folder));
  });
}
