import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The packages whose versions distinguish runs; each may be absent. */
export const optionalPackages = [
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  'onnxruntime-node',
] as const;

/** A package that this one can resolve: its folder and version. */
export interface Installed {
  folder: string;
  version: string;
}

/** Finds a package without loading it; undefined if it is not installed. */
export function installed(name: string): Installed | undefined {
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    return undefined;
  }
  // Not `name/package.json`: a package may leave it out of its exports.
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (manifest.name === name) return { folder, version: manifest.version ?? 'unknown' };
  }
  return undefined;
}

/** The file that a child process can `require` to load what this package would load. */
export const resolved = (name: string): string => require.resolve(name);

/** tfjs-node's native addon, or undefined: pnpm keeps the package when its download failed, without the addon. */
export function nativeAddon({ folder }: Installed): string | undefined {
  const library = join(folder, 'lib');
  if (!existsSync(library)) return undefined;
  return readdirSync(library)
    .map((version) => join(library, version, 'tfjs_binding.node'))
    .find((file) => existsSync(file));
}
