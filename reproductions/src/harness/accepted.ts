import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Scale } from './claim-schema';
import type { Result, StoredResult } from './result-schema';
import { verdicts } from './result-schema';
import { writeAtomically } from './write-atomically';

const entrySchema = z.strictObject({
  verdict: z.enum(verdicts),
  /** Controls that had failed when the verdict was accepted, with what was found; another one that fails is news. */
  failedControls: z.record(z.string(), z.string()).optional(),
  headline: z.number().nullable(),
  /** How far the headline may move before the report warns: resampling noise of the interval's ends. */
  monteCarloError: z.number().nonnegative(),
  /** What measuring it took when it was accepted; for --dry-run and the estimate of the time left. */
  seconds: z.number().nonnegative(),
  reason: z.string().min(3),
});

const acceptedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  scale: z.string(),
  claims: z.record(z.string(), entrySchema),
});

export type Entry = z.infer<typeof entrySchema>;
export type Accepted = z.infer<typeof acceptedSchema>;

const fileOf = (folder: string, scale: Scale): string => join(folder, `${scale}.json`);

/** The verdicts that were accepted at a scale; none where nobody accepted any. Exact claims stand in every file. */
export function readAccepted(folder: string, scale: Scale): Accepted {
  const file = fileOf(folder, scale);
  if (!existsSync(file)) return { schemaVersion: 1, scale, claims: {} };
  const parsed = acceptedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not a file of accepted verdicts:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** A result's controls that failed. */
export const failedControls = ({ controls }: Pick<Result, 'controls'>): Result['controls'] =>
  controls.filter(({ outcome }) => outcome === 'failed');

/** Records verdicts with the reason; those of claims that were not run now stay as they are. */
export function writeAccepted(folder: string, scale: Scale, stored: readonly StoredResult[], reason: string): string {
  const accepted = readAccepted(folder, scale);
  for (const { result, runtime } of stored) {
    const before = accepted.claims[result.id];
    const headline = result.headline?.value ?? null;
    const failed = failedControls(result);
    accepted.claims[result.id] = {
      verdict: result.verdict,
      ...(failed.length > 0
        ? { failedControls: Object.fromEntries(failed.map(({ name, detail }) => [name, detail])) }
        : {}),
      headline,
      monteCarloError: result.headline?.monteCarloError ?? 0,
      seconds: Math.ceil(runtime.seconds),
      reason: before?.verdict === result.verdict && before.headline === headline ? before.reason : reason,
    };
  }
  const claims = Object.fromEntries(Object.entries(accepted.claims).sort(([a], [b]) => (a < b ? -1 : 1)));
  const file = fileOf(folder, scale);
  writeAtomically(file, `${JSON.stringify({ ...accepted, claims }, null, 2)}\n`);
  return file;
}
