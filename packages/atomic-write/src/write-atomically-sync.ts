import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pathOf, temporaryFor } from './places';

/**
 * The same as `writeAtomically`, without waiting for the event loop.
 * @throws when writing fails.
 */
export function writeAtomicallySync(file: string | URL, content: string | Uint8Array): void {
  const path = pathOf(file);
  const target = realOf(path);
  const temporary = temporaryFor(target);
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
