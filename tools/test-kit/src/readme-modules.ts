import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'vitest/config';
import { assertions, codeModules } from './code-blocks';

const NAME = 'README.ts';
const packages = join(import.meta.dirname, '../../../packages');

/** The id of the module made of the code in `folder`/README.md. */
export const readmeModule = (folder: string): string => join(folder, NAME);

/**
 * For vitest's configuration: the module README.ts beside each README.md. No such file exists or is written, so that tests
 * of READMEs run in a read-only checkout too.
 */
export function readmeModules(): Plugin {
  const isReadme = (id: string) => basename(id) === NAME;
  return {
    name: 'readme-modules',
    async resolveId(id, importer) {
      if (isReadme(id)) return id;
      if (!importer || !isReadme(importer)) return undefined;
      // A README may show any package of the house, even one that depends on the README's own, and what this one has.
      const neighbour = /^@interlayer\/([\w-]+)$/.exec(id)?.[1];
      return neighbour
        ? join(packages, neighbour, 'src/index.ts')
        : ((await this.resolve(id, importer, { skipSelf: true })) ?? this.resolve(id, import.meta.filename));
    },
    load(id) {
      return isReadme(id) ? `${codeOf(readFileSync(id.replace(/ts$/, 'md'), 'utf8'))}\nexport {};\n` : undefined;
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
