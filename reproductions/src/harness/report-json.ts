import { z } from 'zod';
import { type Entry, failedControls } from './accepted';
import { type Claim, claimSchema, paperOf } from './claim-schema';
import { papers } from './papers';
import type { Provenance } from './provenance';
import { resultSchema, type StoredResult, storedResultSchema, verdicts } from './result-schema';
import { significanceOf } from './significance';

export const REPORT_SCHEMA_VERSION = 1;

const reportSchema = z.strictObject({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  scale: z.string(),
  provenance: z.looseObject({ hash: z.string() }),
  papers: z.array(
    z.strictObject({
      id: z.string(),
      authors: z.string(),
      year: z.number(),
      title: z.string(),
      url: z.string(),
      note: z.string().optional(),
    }),
  ),
  claims: z.array(
    z.strictObject({
      claim: claimSchema,
      result: resultSchema,
      accepted: z.enum(verdicts).nullable(),
      asAccepted: z.boolean(),
      /** The headline moved beyond the resampling noise of the accepted one. */
      drift: z.string().nullable(),
      /** One-sided p-value of the whole claim; null where nothing was estimated with an interval. */
      significance: z.strictObject({ p: z.number(), holm: z.number(), benjaminiHochberg: z.number() }).nullable(),
    }),
  ),
  /** Everything below differs from run to run and is outside of the provenance hash. */
  runtime: z.strictObject({
    finished: z.string(),
    seconds: z.number(),
    host: z.string(),
    megabytes: z.number(),
    claims: z.record(z.string(), storedResultSchema.shape.runtime),
  }),
});

export type Report = Omit<z.infer<typeof reportSchema>, 'provenance'> & { provenance: Provenance };

export interface ReportInput {
  scale: string;
  provenance: Provenance;
  claims: readonly Claim[];
  stored: ReadonlyMap<string, StoredResult>;
  accepted: Readonly<Record<string, Pick<Entry, 'verdict' | 'headline' | 'monteCarloError' | 'failedControls'>>>;
  comparesWithAccepted: boolean;
  /** Every claim there is, chosen or not: a paper without any says so. */
  catalogue: readonly Claim[];
  runtime: { finished: string; seconds: number; host: string };
}

/** What a headline's move means: within three standard deviations of the resampling noise it is none. */
function driftOf(stored: StoredResult, accepted?: ReportInput['accepted'][string]): string | null {
  const headline = stored.result.headline;
  if (!headline || headline.value === null || !accepted || accepted.headline === null) return null;
  const move = Math.abs(headline.value - accepted.headline);
  const noise = 3 * Math.max(headline.monteCarloError, accepted.monteCarloError) + 1e-9;
  return move > noise ? `${headline.name} was ${accepted.headline} when accepted and is ${headline.value} now` : null;
}

/** Puts the results together, in the order of the claims. Claims without a result (an interrupted run) are left out. */
export function composeReport(input: ReportInput): Report {
  const results = input.claims.flatMap(({ id }) => input.stored.get(id)?.result ?? []);
  const significance = significanceOf(results);
  const claims = input.claims.flatMap((claim) => {
    const stored = input.stored.get(claim.id);
    if (!stored) return [];
    const before = input.accepted[claim.id];
    const news = failedControls(stored.result).filter(({ name }) => before?.failedControls?.[name] === undefined);
    return [
      {
        claim,
        result: stored.result,
        accepted: before?.verdict ?? null,
        asAccepted: !input.comparesWithAccepted || (before?.verdict === stored.result.verdict && news.length === 0),
        drift: input.comparesWithAccepted ? driftOf(stored, before) : null,
        significance: significance.get(claim.id) ?? null,
      },
    ];
  });
  const runtimes = claims.map(({ claim: { id } }) => [id, input.stored.get(id)!.runtime] as const);
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    scale: input.scale,
    provenance: input.provenance,
    papers: papers.map((paper) => ({
      ...paper,
      ...(input.catalogue.some(({ id }) => paperOf(id) === paper.id) ? {} : { note: 'no claim yet' }),
    })),
    claims,
    runtime: {
      ...input.runtime,
      megabytes: Math.max(0, ...runtimes.map(([, { megabytes }]) => megabytes)),
      claims: Object.fromEntries(runtimes),
    },
  };
}

/** The bytes of report.json. Validates what it writes. */
export function reportJson(report: Report): string {
  parseReport(report, 'the report');
  return `${JSON.stringify(report, null, 1)}\n`;
}

/** Validates a report that was read; the error names every fault. */
export function parseReport(value: unknown, where: string): Report {
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success)
    throw new Error(`${where} does not fit the schema of reports:\n${z.prettifyError(parsed.error)}`);
  return parsed.data as Report;
}
