import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sweepTemporariesSync } from '@interlayer/atomic-write';
import type { Pair } from './plan';
import { resultFile } from './results';
import { UsageError } from './usage-error';

/** Megabytes that must be free: several times what the results and reports of all claims take. */
const ROOM = 16;

/** The file that the process that measures appends its progress to. */
export const progressFile = (out: string): string => join(out, 'work', 'progress.jsonl');

const HELP = 'help-';

/** The file of long work on a subject, by the process that makes a material or by one that helps. */
export const workFile = (out: string, subject: string, name: string, helps: boolean): string =>
  join(out, 'work', subject, `${helps ? HELP : ''}${name}`);

/** Removes what helped an earlier run: one that does not resume it is to use none of that. */
export function forgetHelp(out: string, pairs: readonly Pick<Pair, 'subjectId'>[]): void {
  for (const folder of new Set(pairs.map(({ subjectId }) => join(out, 'work', subjectId))))
    for (const name of readdirSync(folder)) if (name.startsWith(HELP)) rmSync(join(folder, name));
}

/**
 * The output folder, made where it is missing, without what killed runs have left half written. All that a run of these pairs
 * may write is tried beforehand, since nobody wants to hear of a full disk after an hour of measuring.
 *
 * @throws UsageError where something cannot be written; the message names the path and what to do
 */
export function outputFolder(name: string, here: string, pairs: readonly Pick<Pair, 'key' | 'subjectId'>[]): string {
  const out = resolve(here, name);
  const results = pairs.map(({ key }) => resultFile(out, key));
  const works = pairs.map(({ subjectId }) => join(out, 'work', subjectId));
  const reports = ['json', 'html', 'md'].map((extension) => join(out, `report.${extension}`));
  try {
    for (const folder of new Set([out, join(out, 'results'), join(out, 'work'), ...results.map(dirname), ...works])) {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK | constants.X_OK);
    }
    for (const file of [...reports, ...results, progressFile(out)])
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${file} is a folder`);
    sweepTemporariesSync(out);
  } catch (error) {
    throw new UsageError(`--out ${name}: ${out} cannot be written (${(error as Error).message}); give another folder.`);
  }
  requireRoom(name, out);
  return out;
}

function requireRoom(name: string, out: string): void {
  const probe = join(out, 'work', 'room');
  try {
    // Random, as a file system may store zeros in no room at all.
    writeFileSync(probe, randomBytes(ROOM * 2 ** 20));
  } catch (error) {
    throw new UsageError(
      `--out ${name}: ${out} has no room for ${ROOM} MB (${(error as Error).message}); make room or give another folder.`,
    );
  } finally {
    rmSync(probe, { force: true });
  }
}
