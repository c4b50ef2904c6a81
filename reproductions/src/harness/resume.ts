import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256 } from './canonical-json';
import type { Claim } from './claim-schema';
import { parseStoredResult, type StoredResult } from './result-schema';

/** Everything that a result depends on: the settings, and the bytes of the code and data behind it. */
export interface Settings {
  scale: string;
  seed: number;
  sample: number | null;
  backend: string;
  threads: number;
  model: string | null;
  sourceHash: string;
  lockfileHash: string;
  artefacts: Record<string, string>;
}

export const fingerprintOf = (claim: Claim, settings: Settings): string => sha256(canonicalJson({ claim, settings }));

export const resultFile = (out: string, id: string): string => join(out, 'results', `${id}.json`);

/** A finished result of an earlier run with the same fingerprint, or undefined. A file that cannot be read counts as unfinished. */
export function finishedResult(out: string, id: string, fingerprint: string): StoredResult | undefined {
  const file = resultFile(out, id);
  if (!existsSync(file)) return undefined;
  try {
    const stored = parseStoredResult(JSON.parse(readFileSync(file, 'utf8')), file);
    return stored.result.fingerprint === fingerprint ? stored : undefined;
  } catch {
    return undefined;
  }
}
