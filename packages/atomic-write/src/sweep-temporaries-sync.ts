import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, writerOf } from './places';

/**
 * Removes the half-written files that killed writers of this package have left in a folder and below; those of living processes
 * stay. Only for a folder that no other machine writes to: a process of another one looks dead from here.
 *
 * @param folder A path or file URL.
 * @returns the paths of the files that were removed
 * @throws when the folder cannot be read or a file cannot be removed.
 */
export function sweepTemporariesSync(folder: string | URL): string[] {
  const left = readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => {
      const writer = writerOf(name);
      return writer !== undefined && !isAlive(writer);
    })
    .map((name) => join(pathOf(folder), name));
  for (const path of left) rmSync(path, { force: true });
  return left;
}

function isAlive(id: number): boolean {
  try {
    // Signal 0 only asks.
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
