import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
 * Packs every package of packages/ into `folder`.
 *
 * @throws when one has not been built
 */
export function packAll(folder: string): Packed[] {
  return readdirSync(join(root, 'packages')).map((name) => {
    const cwd = join(root, 'packages', name);
    if (!existsSync(join(cwd, 'dist')))
      throw new Error(`packages/${name} has not been built. Run \`pnpm build\` first.`);
    const report = execFileSync('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd, encoding: 'utf8' });
    const { filename: tarball } = JSON.parse(report) as { filename: string };
    const manifest = JSON.parse(
      execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8', maxBuffer: 2 ** 24 }),
    );
    return { name: manifest.name, version: manifest.version, tarball, manifest };
  });
}

/** The README of a package of packages/, or that of the root. */
export function readmeOf(name: string): { path: string; markdown: string } {
  const path = name === 'root' ? 'README.md' : `packages/${name}/README.md`;
  return { path, markdown: readFileSync(join(root, path), 'utf8') };
}
