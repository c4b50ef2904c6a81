import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { z } from 'zod';
import { type ClaimRecord, parseAs, type Result, type StoredResult, type Verdict, verdicts } from '../claim/schema';
import { workspace } from '../folders';

const entrySchema = z.strictObject({
  verdict: z.enum(verdicts),
  /** Controls that had failed when the verdict was accepted, with what was measured; another one that fails is news. */
  failedControls: z.record(z.string(), z.string()).optional(),
  headline: z.number().nullable(),
  /** How far the headline may move before the report warns: resampling noise of the interval's ends. */
  monteCarloError: z.number().nonnegative(),
  /** What measuring it took when it was accepted; for --dry-run and the estimate of the time left. */
  seconds: z.number().nonnegative(),
  reason: z.string().min(3),
});

const acceptedSchema = z.strictObject({
  schemaVersion: z.literal(2),
  subject: z.string(),
  claims: z.record(z.string(), entrySchema),
  /** Seconds that each material took. */
  materials: z.record(z.string(), z.number().nonnegative()),
});

export type AcceptedVerdict = z.infer<typeof entrySchema>;
export type Accepted = z.infer<typeof acceptedSchema>;

export const acceptedFolder = join(workspace, 'accepted');

const fileOf = (folder: string, subject: string): string => join(folder, `${subject}.json`);

/** The verdicts that were accepted for a subject; none where nobody accepted any. */
export function readAccepted(subject: string, folder = acceptedFolder): Accepted {
  const file = fileOf(folder, subject);
  if (!existsSync(file)) return { schemaVersion: 2, subject, claims: {}, materials: {} };
  return parseAs(acceptedSchema, JSON.parse(readFileSync(file, 'utf8')), file);
}

/**
 * Whether a verdict is the accepted one. Times of another processor, or of a busy one, can leave undecided what they decided
 * where they were accepted: that is no change, but a contradiction is.
 */
export const isAsAccepted = ({ timed }: Pick<ClaimRecord, 'timed'>, verdict: Verdict, accepted?: Verdict): boolean =>
  verdict === accepted || (timed === true && accepted !== undefined && verdict === 'inconclusive');

/** A result's controls that failed. */
export const failedControls = ({ controls }: Pick<Result, 'controls'>): Result['controls'] =>
  controls.filter(({ outcome }) => outcome === 'failed');

/** Records verdicts with the reason, one file for each subject; those of claims that were not run now stay as they are. */
export function writeAccepted(stored: readonly StoredResult[], reason: string, folder = acceptedFolder): string[] {
  return [...new Set(stored.map(({ result }) => result.subject))].map((subject) => {
    const accepted = readAccepted(subject, folder);
    for (const { result, runtime } of stored.filter(({ result }) => result.subject === subject)) {
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
      for (const [name, { seconds }] of Object.entries(runtime.materials))
        accepted.materials[name] = Math.ceil(seconds);
    }
    const sorted = <T>(record: Record<string, T>) =>
      Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
    const file = fileOf(folder, subject);
    const content = { ...accepted, claims: sorted(accepted.claims), materials: sorted(accepted.materials) };
    writeAtomicallySync(file, `${JSON.stringify(content, null, 2)}\n`);
    return file;
  });
}
