import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNumber } from '@interlayer/figures';
import { z } from 'zod';
import {
  type ClaimRecord,
  claimSchema,
  parseAs,
  resultSchema,
  type StoredResult,
  storedResultSchema,
  type Table,
  tableSchema,
  verdicts,
} from '../claim/schema';
import { significanceOf } from '../claim/significance';
import { workspace } from '../folders';
import { papers } from '../papers';
import { type AcceptedVerdict, failedControls, isAsAccepted } from '../run/accepted';
import type { Provenance } from '../run/provenance';

export const REPORT_SCHEMA_VERSION = 2;

const paperSchema = z.strictObject({
  id: z.string(),
  authors: z.string(),
  year: z.number(),
  title: z.string(),
  url: z.string(),
  note: z.string().optional(),
});

export const pairSchema = z.strictObject({
  claim: claimSchema,
  result: resultSchema,
  accepted: z.enum(verdicts).nullable(),
  /** Names of controls that failed, where the accepted verdict says that they should pass. */
  newlyFailed: z.array(z.string()),
  asAccepted: z.boolean(),
  /** The headline moved beyond the resampling noise of the accepted one. */
  drift: z.string().nullable(),
  /** One-sided p-value of the whole claim; null where nothing was estimated with an interval. */
  significance: z.strictObject({ p: z.number(), holm: z.number(), benjaminiHochberg: z.number() }).nullable(),
});

const reportSchema = z.strictObject({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  /** The columns: id, and the name where that is another. */
  subjects: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  provenance: z.looseObject({ hash: z.string() }),
  papers: z.array(paperSchema),
  claims: z.array(pairSchema),
  /** How often the rules themselves are right, measured over planted truth. */
  calibration: z.array(tableSchema).optional(),
  /** Everything below differs from run to run and is outside of the provenance hash. */
  runtime: z.strictObject({
    finished: z.string(),
    seconds: z.number(),
    host: z.string(),
    megabytes: z.number(),
    claims: z.record(z.string(), storedResultSchema.shape.runtime),
  }),
});

/** One claim on one subject, with what it is compared with. */
export type ReportedPair = z.infer<typeof pairSchema>;
export type Report = Omit<z.infer<typeof reportSchema>, 'provenance'> & { provenance: Provenance };

export interface ReportInput {
  provenance: Provenance;
  subjects: Report['subjects'];
  /** What was measured, in the order of the report, with the accepted verdict. */
  measured: readonly { claim: ClaimRecord; stored: StoredResult; accepted?: AcceptedVerdict }[];
  comparesWithAccepted: boolean;
  /** Papers that have claims, chosen or not: one without any says so. */
  papersWithClaims: ReadonlySet<string>;
  calibration?: readonly Table[];
  runtime: { finished: string; seconds: number; host: string };
}

/** What a headline's move means: within three standard deviations of the resampling noise it is none. */
function driftOf({ result: { headline } }: StoredResult, accepted?: AcceptedVerdict): string | null {
  if (!headline || headline.value === null || !accepted || accepted.headline === null) return null;
  const move = Math.abs(headline.value - accepted.headline);
  const noise = 3 * Math.max(headline.monteCarloError, accepted.monteCarloError) + 1e-9;
  return move > noise
    ? `${headline.name} was ${formatNumber(accepted.headline)} when accepted and is ${formatNumber(headline.value)} now`
    : null;
}

/** Puts the results together. */
export function composeReport(input: ReportInput): Report {
  const { measured, comparesWithAccepted } = input;
  const significance = significanceOf(
    measured.map(({ claim: { timed }, stored }) => ({ ...stored.result, ...(timed ? { timed } : {}) })),
  );
  const runtimes = measured.map(
    ({ claim, stored }) => [`${stored.result.subject}/${claim.id}`, stored.runtime] as const,
  );
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    subjects: input.subjects,
    provenance: input.provenance,
    papers: papers.map(({ id, authors, year, title, url }) => ({
      id,
      authors,
      year,
      title,
      url,
      ...(input.papersWithClaims.has(id) ? {} : { note: 'No claim yet.' }),
    })),
    claims: measured.map(({ claim, stored, accepted }, i) => {
      const newlyFailed =
        comparesWithAccepted && accepted && !claim.timed
          ? failedControls(stored.result).flatMap(({ name }) => (accepted.failedControls?.[name] ? [] : [name]))
          : [];
      return {
        claim,
        result: stored.result,
        accepted: accepted?.verdict ?? null,
        newlyFailed,
        asAccepted:
          !comparesWithAccepted ||
          (isAsAccepted(claim, stored.result.verdict, accepted?.verdict) && newlyFailed.length === 0),
        drift: comparesWithAccepted && !claim.timed ? driftOf(stored, accepted) : null,
        significance: significance[i] ?? null,
      };
    }),
    ...(input.calibration?.length ? { calibration: [...input.calibration] } : {}),
    runtime: {
      ...input.runtime,
      megabytes: Math.max(0, ...runtimes.map(([, { megabytes }]) => megabytes)),
      claims: Object.fromEntries(runtimes),
    },
  };
}

const calibrationFile = join(workspace, 'calibration.json');

/** Tables of what measuring the rules over planted truth gave; none where nobody recorded any. */
export const readCalibration = (file = calibrationFile): Table[] =>
  existsSync(file) ? parseAs(z.array(tableSchema), JSON.parse(readFileSync(file, 'utf8')), file) : [];

/** The bytes of report.json. Validates what it writes. */
export const reportJson = (report: Report): string =>
  `${JSON.stringify(parseAs(reportSchema, report, 'The report'), null, 1)}\n`;

/** Validates a report that was read; the error names every fault. */
export const parseReport = (value: unknown, where: string): Report => parseAs(reportSchema, value, where) as Report;
