import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vitest/config';

const FENCE = /^```ts\n([\s\S]*?)^```$/gm;
const NAME = 'README.ts';

/** The id of the module made of the code in `folder`/README.md, with `before` in front. */
export const readmeModule = (folder: string, before: string): string =>
  `${join(folder, NAME)}?before=${encodeURIComponent(before)}`;

/**
 * For vitest's configuration: the module README.ts beside each README.md. No such file exists or is written, so that tests
 * of READMEs run in a read-only checkout too.
 */
export function readmeModules(): Plugin {
  const parse = (id: string) => {
    const [path, query] = id.split('?') as [string, string?];
    return query?.startsWith('before=') && path.endsWith(`/${NAME}`)
      ? { readme: path.replace(/ts$/, 'md'), before: decodeURIComponent(query.slice('before='.length)) }
      : undefined;
  };
  return {
    name: 'readme-modules',
    resolveId: (id) => (parse(id) ? id : undefined),
    load(id) {
      const module = parse(id);
      if (!module) return undefined;
      const code = codeOf(readFileSync(module.readme, 'utf8'));
      return `const __check = (globalThis as any).__readmeCheck;\n${module.before}\n${assertions(code)}\nexport {};\n`;
    },
  };
}

/**
 * The code of all ```ts fences of a README, joined in order; fences marked ```ts no-run are left out.
 * @throws when there is none.
 */
export function codeOf(readme: string): string {
  const fences = [...readme.matchAll(FENCE)].map((match) => match[1]!);
  if (fences.length === 0) throw new Error('this README has no ```ts fence to run');
  return fences.join('\n');
}

/**
 * Turns `expression; // => value` into an assertion: the value is a JavaScript literal, numbers are compared to the
 * digits that are written.
 */
export function assertions(code: string): string {
  return code.replace(/^(\s*)(.+?);? *\/\/ => (.+)$/gm, (_, indent, expression, value) => {
    return `${indent}__check(await (${expression}), ${value}, ${JSON.stringify(expression)});`;
  });
}
