import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The folder with real data, beside the checkout or named by INTERLAYER_SHARED, or undefined. */
export function sharedFolder(): string | undefined {
  const folder = process.env.INTERLAYER_SHARED ?? resolve(root, '../shared');
  return existsSync(join(folder, 'data')) ? folder : undefined;
}

/** A `describe` for tests on real data; skipped, with a loud reason, where the data is absent. */
export function shared(name: string, body: (data: string) => void): void {
  const folder = sharedFolder();
  if (folder) describe(name, () => body(join(folder, 'data')));
  else {
    console.warn(
      `SKIPPED: "${name}" needs the shared data folder (INTERLAYER_SHARED, or ../shared beside the checkout).`,
    );
    // The body does not run: it may read the data while tests are collected.
    test.skip(`${name} (shared data not found)`);
  }
}
