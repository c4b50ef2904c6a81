import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readmeModule } from './readme-modules';

/** Compares numbers to the digits that are written, and everything else exactly. */
export function check(actual: unknown, expected: unknown, what: string): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const digits = String(expected).split('.')[1]?.length ?? 0;
    expect(Math.abs(actual - expected), `${what} gave ${actual}`).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-12);
  } else expect(actual, what).toEqual(expected);
}

/**
 * Defines a test that runs all ```ts fences of a package's README, joined in order as one module, with the package's own
 * source. Call it from `test/readme.test.ts` with `import.meta.url`. A fence marked ```ts no-run is only shown.
 */
export function runReadme(testUrl: string, { before = '' }: { before?: string } = {}): void {
  test('the code of the README runs and gives what it says', async () => {
    (globalThis as Record<string, unknown>).__readmeCheck = check;
    await import(/* @vite-ignore */ readmeModule(join(dirname(fileURLToPath(testUrl)), '..'), before));
  });
}
