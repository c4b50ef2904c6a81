import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';

export const root = join(import.meta.dirname, '../../..');

/** A package as it is published. */
export interface Packed {
  name: string;
  version: string;
  /** Path of the tarball. */
  tarball: string;
  /** Its package.json, as it is in the tarball. */
  // biome-ignore lint/suspicious/noExplicitAny: a package.json is what its author wrote
  manifest: any;
}

/**
 * Packs every package of packages/ into `folder`, which is empty.
 *
 * @throws when one has not been built
 */
export async function packAll(folder: string): Promise<Packed[]> {
  for (const name of readdirSync(join(root, 'packages')))
    if (!existsSync(join(root, 'packages', name, 'dist')))
      throw new Error(`packages/${name} has not been built. Run \`pnpm build\` first.`);
  await run('pnpm', ['--filter', './packages/*', 'pack', '--pack-destination', folder], { cwd: root });
  return Promise.all(
    readdirSync(folder).map(async (file) => {
      const tarball = join(folder, file);
      const manifest = JSON.parse(await run('tar', ['-xzOf', tarball, 'package/package.json'], { cwd: folder }));
      return { name: manifest.name, version: manifest.version, tarball, manifest };
    }),
  );
}

/** The README of a package of packages/, or that of the root. */
export function readmeOf(name: string): { path: string; markdown: string } {
  const path = name === 'root' ? 'README.md' : `packages/${name}/README.md`;
  return { path, markdown: readFileSync(join(root, path), 'utf8') };
}
