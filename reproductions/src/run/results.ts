import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { parseAs, type StoredResult, storedResultSchema, type Verdict } from '../claim/schema';
import { readSignedJson, signedJson } from '../signed-json';

export const resultFile = (out: string, key: string): string => join(out, 'results', `${key}.json`);

export function writeResult(out: string, key: string, stored: StoredResult): void {
  const file = resultFile(out, key);
  mkdirSync(dirname(file), { recursive: true });
  writeAtomicallySync(file, signedJson(parseAs(storedResultSchema, stored, file)));
}

/**
 * A finished result, or undefined where there is none. A damaged one counts as none.
 *
 * @param log hears what is wrong with a damaged one
 */
function readStored(out: string, key: string, log: (text: string) => void): StoredResult | undefined {
  const file = resultFile(out, key);
  if (!existsSync(file)) return undefined;
  try {
    return parseAs(storedResultSchema, readSignedJson(readFileSync(file, 'utf8')), 'its content');
  } catch (error) {
    log(`${file} is not used: ${(error as Error).message}. Its claim counts as not measured.`);
    return undefined;
  }
}

/** A finished result with the same fingerprint, or undefined, as where it is damaged. */
export function readResult(
  out: string,
  key: string,
  fingerprint: string,
  log: (text: string) => void,
): StoredResult | undefined {
  const stored = readStored(out, key, log);
  return stored?.result.fingerprint === fingerprint ? stored : undefined;
}

/** The verdict of a result that is there, whatever it depends on. */
export const readVerdict = (out: string, key: string, log: (text: string) => void): Verdict | undefined =>
  readStored(out, key, log)?.result.verdict;
