import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './canonical-json';

/** sha256 of every file of a checkpoint's folder. */
export function hashFolder(folder: string, name: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => /\.(safetensors|json|txt|model)$/.test(file) && statSync(join(folder, file)).isFile())
      .sort()
      .map((file) => [`${name}/${file}`, sha256(readFileSync(join(folder, file)))]),
  );
}
