import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { parseAs, type StoredResult, storedResultSchema, type Verdict } from '../claim/schema';

export const resultFile = (out: string, key: string): string => join(out, 'results', `${key}.json`);

export function writeResult(out: string, key: string, stored: StoredResult): void {
  const file = resultFile(out, key);
  mkdirSync(dirname(file), { recursive: true });
  writeAtomicallySync(file, `${JSON.stringify(parseAs(storedResultSchema, stored, file), null, 1)}\n`);
}

/** A finished result with the same fingerprint, or undefined. A file that cannot be read counts as unfinished. */
export function readResult(out: string, key: string, fingerprint: string): StoredResult | undefined {
  const file = resultFile(out, key);
  if (!existsSync(file)) return undefined;
  try {
    const stored = parseAs(storedResultSchema, JSON.parse(readFileSync(file, 'utf8')), file);
    return stored.result.fingerprint === fingerprint ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** The verdict of a result that is there, whoever measured it. */
export function readVerdict(out: string, key: string): Verdict | undefined {
  const file = resultFile(out, key);
  return existsSync(file)
    ? parseAs(storedResultSchema, JSON.parse(readFileSync(file, 'utf8')), file).result.verdict
    : undefined;
}
