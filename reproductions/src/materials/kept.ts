import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { readSignedJson, signedJson } from '../signed-json';
import type { Bench } from './material';

/** Parts of long work by name, each kept in a file as it is done. */
export interface Kept<T> {
  readonly parts: Readonly<Record<string, T>>;
  keep(name: string, part: T): void;
}

interface Content<T> {
  about: string;
  kept: Record<string, T>;
}

/**
 * Work in a file of the run; parts of an interrupted run are there already where it is resumed with the same settings. A
 * damaged file counts as absent, and the log says so.
 */
export function openKept<T>({ work, log }: Pick<Bench, 'work' | 'log'>, name: string): Kept<T> {
  const { file, about, resume } = work(name);
  const parts: Record<string, T> = {};
  if (resume && existsSync(file)) {
    try {
      const earlier = readSignedJson(readFileSync(file, 'utf8')) as Content<T>;
      if (earlier.about === about) Object.assign(parts, earlier.kept);
    } catch (error) {
      log(`${file} cannot be resumed: ${(error as Error).message}. Its work is done again.`);
    }
  }
  mkdirSync(dirname(file), { recursive: true });
  return {
    parts,
    keep(name, part) {
      parts[name] = part;
      writeAtomicallySync(file, signedJson({ about, kept: parts } satisfies Content<T>));
    },
  };
}
