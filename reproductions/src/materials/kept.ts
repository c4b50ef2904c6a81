import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { readSignedJson, signedJson } from '../signed-json';
import type { Bench } from './material';

/** Parts of long work by name, each kept in a file as it is done. */
export interface Kept<T> {
  /** Those of this process, and those of the one beside it as of the last look. */
  readonly parts: Readonly<Record<string, T>>;
  keep(name: string, part: T): void;
  /** Takes in what the process beside this one has kept meanwhile. */
  look(): void;
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
  const { file, beside, about, resume } = work(name);
  const read = (from: string): Record<string, T> => {
    if (!existsSync(from)) return {};
    try {
      const earlier = readSignedJson(readFileSync(from, 'utf8')) as Content<T>;
      return earlier.about === about ? earlier.kept : {};
    } catch (error) {
      log(`${from} cannot be resumed: ${(error as Error).message}. Its work is done again.`);
      return {};
    }
  };
  const mine = resume ? read(file) : {};
  const parts: Record<string, T> = { ...mine };
  const look = () => void Object.assign(parts, read(beside));
  look();
  mkdirSync(dirname(file), { recursive: true });
  return {
    parts,
    look,
    keep(name, part) {
      mine[name] = parts[name] = part;
      writeAtomicallySync(file, signedJson({ about, kept: mine } satisfies Content<T>));
    },
  };
}
