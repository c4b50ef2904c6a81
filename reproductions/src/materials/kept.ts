import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import type { Bench } from './material';

/** Parts of long work by name, each kept in a file as it is done. */
export interface Kept<T> {
  readonly parts: Readonly<Record<string, T>>;
  keep(name: string, part: T): void;
}

/** Work in a file of the run; parts of an interrupted run are there already where it is resumed with the same settings. */
export function openKept<T>({ file, about, resume }: ReturnType<Bench['work']>): Kept<T> {
  const parts: Record<string, T> = {};
  if (resume && existsSync(file)) {
    const earlier = JSON.parse(readFileSync(file, 'utf8')) as { about: string; kept: Record<string, T> };
    if (earlier.about === about) Object.assign(parts, earlier.kept);
  }
  mkdirSync(dirname(file), { recursive: true });
  return {
    parts,
    keep(name, part) {
      parts[name] = part;
      writeAtomicallySync(file, JSON.stringify({ about, kept: parts }));
    },
  };
}
