import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vitest/config';
import { assertions, codeModules } from './code-blocks';

const NAME = 'README.ts';
const packages = join(import.meta.dirname, '../../../packages');

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
    resolveId(id, importer) {
      if (parse(id)) return id;
      // A README may show any package of the house, even one that depends on the README's own.
      const neighbour = /^@interlayer\/([\w-]+)$/.exec(id)?.[1];
      if (!importer || !parse(importer) || !neighbour || neighbour === 'test-kit') return undefined;
      return join(packages, neighbour, 'src/index.ts');
    },
    load(id) {
      const module = parse(id);
      return module && `${module.before}\n${codeOf(readFileSync(module.readme, 'utf8'))}\nexport {};\n`;
    },
  };
}

/**
 * The code that runs in a README, with its checks.
 *
 * @throws when there is none.
 */
function codeOf(readme: string): string {
  const module = codeModules(readme).find(({ runs }) => runs);
  if (!module) throw new Error('this README has no ```ts fence to run');
  return assertions(module.code);
}
