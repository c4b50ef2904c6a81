import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { whyNot } from './floors';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface Workspace {
  /** Folder name, e.g. `cka`. */
  name: string;
  folder: string;
  // biome-ignore lint/suspicious/noExplicitAny: a package.json can contain anything
  manifest: any;
}

/** The packages that are published: every folder of packages/. */
export const packages = (): Workspace[] => workspacesIn(join(root, 'packages'));

/** The private workspaces of the top floor: every folder of the root that is one. */
export const claimsAndShows = (): Workspace[] => workspacesIn(root);

const workspacesIn = (parent: string): Workspace[] =>
  readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(parent, entry.name, 'package.json')))
    .map(({ name }) => {
      const folder = join(parent, name);
      return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
    });

/** The imports in a workspace's source that the floors forbid, one line each. */
export const forbiddenImports = ({ name, folder }: Workspace): string[] =>
  sources(join(folder, 'src')).flatMap((file) =>
    imports(file)
      .filter((specifier) => specifier.startsWith('@interlayer/'))
      .map((specifier) => packageOf(specifier).slice('@interlayer/'.length))
      .filter((target) => target !== name)
      .flatMap((target) => whyNot(name, target) ?? [])
      .map((reason) => `${file}: ${reason}`),
  );

/** All TypeScript files below `folder`, relative to the root of the repository. */
export function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules'));
}

/** The specifiers that a source file imports, statically or dynamically, as written. */
export function imports(file: string): string[] {
  return ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(({ fileName }) => fileName);
}

/** The package that a specifier names: `@scope/name/sub` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
