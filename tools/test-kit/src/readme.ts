import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FENCE = /^```ts\n([\s\S]*?)^```$/gm;

/**
 * Turns `expression; // => value` into an assertion: the value is a JavaScript literal, numbers are compared to the
 * digits that are written.
 */
export function assertions(code: string): string {
  return code.replace(/^(\s*)(.+?);? *\/\/ => (.+)$/gm, (_, indent, expression, value) => {
    return `${indent}__check(await (${expression}), ${value}, ${JSON.stringify(expression)});`;
  });
}

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
  const folder = join(dirname(fileURLToPath(testUrl)), '..');
  test('the code of the README runs and gives what it says', async () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const fences = [...readme.matchAll(FENCE)].map((match) => match[1]!);
    expect(fences.length, 'a README shows at least one ```ts fence').toBeGreaterThan(0);
    const generated = join(folder, 'test', '.generated');
    mkdirSync(generated, { recursive: true });
    const file = join(generated, `readme-${process.pid}.ts`);
    writeFileSync(
      file,
      `const __check = (globalThis as any).__readmeCheck;\n${before}\n${assertions(fences.join('\n'))}\nexport {};\n`,
    );
    (globalThis as Record<string, unknown>).__readmeCheck = check;
    try {
      await import(/* @vite-ignore */ file);
    } finally {
      rmSync(file, { force: true });
    }
  });
}
