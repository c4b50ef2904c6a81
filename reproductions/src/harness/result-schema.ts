import { z } from 'zod';
import { scales } from './claim-schema';

export const RESULT_SCHEMA_VERSION = 1;

export const verdicts = ['reproduced', 'partially', 'not reproduced', 'inconclusive', 'not run'] as const;

// JSON has no infinities and no NaN: a number that is one of them is written as null and read as "not a number".
const number = z.number().nullable();
const interval = z.tuple([number, number]);

const part = z.strictObject({
  label: z.string(),
  estimate: number,
  interval,
  monteCarloError: z.number().nonnegative().optional(),
});
const criterionBase = {
  name: z.string(),
  statement: z.string(),
  level: z.number().min(0).max(1),
  parts: z.array(part),
  status: z.enum(['holds', 'direction only', 'fails', 'open', 'degenerate', 'not asserted']),
  power: z.number().min(0).max(1).optional(),
  /** Sample that would give power 0.8, where the power is below it. */
  sampleNeeded: z.number().int().positive().optional(),
};

const criterion = z.discriminatedUnion('kind', [
  z.strictObject({ ...criterionBase, kind: z.literal('band'), low: number, high: number, sesoi: z.number() }),
  z.strictObject({
    ...criterionBase,
    kind: z.literal('direction'),
    from: z.number(),
    side: z.enum(['above', 'below']),
    sesoi: z.number(),
  }),
  z.strictObject({ ...criterionBase, kind: z.literal('exact'), value: z.number() }),
  z.strictObject({ ...criterionBase, kind: z.literal('not asserted'), why: z.string() }),
]);

const points = z.array(
  z.strictObject({
    /** Relative depth of (0, 1]: layer / layers. */
    depth: z.number(),
    layer: z.number().int().positive(),
    value: number,
    interval: interval.optional(),
    /** Quartiles of the distribution over inputs, where the figure shows one. */
    quartiles: interval.optional(),
  }),
);

/** Data of one figure: lines over relative depth, stacked shares per layer or bin, or bars. Only the report draws. */
export const figureSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('depth'),
    title: z.string(),
    unit: z.string(),
    range: z.tuple([z.number(), z.number()]).optional(),
    series: z.array(
      z.strictObject({
        name: z.string(),
        role: z.enum(['paper', 'ours', 'untrained', 'shuffled']),
        /** Several things in one figure: lines of one variant share a colour, and roles differ in dashes and marks. */
        variant: z.number().int().nonnegative().optional(),
        points,
      }),
    ),
    /** The expected band, shaded. */
    band: z.tuple([number, number]).optional(),
    note: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('stacked'),
    title: z.string(),
    unit: z.string(),
    parts: z.array(z.string()),
    panels: z.array(
      z.strictObject({
        name: z.string(),
        role: z.enum(['paper', 'ours', 'untrained', 'shuffled']),
        layers: z.array(z.array(z.number())),
        /** What the columns are, where they are no layers. */
        labels: z.array(z.string()).optional(),
      }),
    ),
    /** What runs along the columns; layers unless given. */
    axis: z.string().optional(),
    /** `own`: each panel has a scale of its own, from 0; else all run from 0 to 100. */
    range: z.literal('own').optional(),
    note: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('bars'),
    title: z.string(),
    unit: z.string(),
    bars: z.array(
      z.strictObject({ label: z.string(), parts: z.array(z.strictObject({ name: z.string(), value: z.number() })) }),
    ),
    note: z.string().optional(),
  }),
]);

export type Figure = z.infer<typeof figureSchema>;

const cell = z.union([z.string(), z.number(), z.null()]);

export const tableSchema = z.strictObject({
  title: z.string(),
  columns: z.array(z.string()).min(1),
  rows: z.array(z.array(cell)),
});

/** What measuring a claim gave. */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  id: z.string(),
  scale: z.enum(scales),
  verdict: z.enum(verdicts),
  /** The verdict as it is always shown, with its scale: "reproduced · mini". */
  label: z.string(),
  /** What was found, in one plain sentence. */
  sentence: z.string(),
  /** Why it was not run. */
  reason: z.string().optional(),
  /** The one number to remember. */
  headline: z
    .strictObject({
      name: z.string(),
      value: number,
      unit: z.string(),
      interval: interval.optional(),
      method: z.string(),
      /** Standard deviation of the interval's ends over re-drawn resamples; 0 where nothing is drawn. */
      monteCarloError: z.number().nonnegative(),
    })
    .optional(),
  n: z.number().int().nonnegative(),
  dropped: z.array(z.strictObject({ count: z.number().int().nonnegative(), why: z.string() })),
  criteria: z.array(criterion),
  controls: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['negative', 'positive']),
      outcome: z.enum(['passed', 'failed', 'reported']),
      detail: z.string(),
    }),
  ),
  deviations: z.array(z.string()),
  figures: z.array(figureSchema),
  tables: z.array(tableSchema),
  /** What the result depends on; a resumed run takes a result only where this is unchanged. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Result = z.infer<typeof resultSchema>;

/** A result as it lies in the output folder: what it cost differs from run to run and is kept apart. */
export const storedResultSchema = z.strictObject({
  result: resultSchema,
  runtime: z.strictObject({
    seconds: z.number().nonnegative(),
    megabytes: z.number().nonnegative(),
    finished: z.string(),
    overBudget: z.string().optional(),
  }),
});

export type StoredResult = z.infer<typeof storedResultSchema>;

/** Validates a stored result; the error names the file and every fault. */
export function parseStoredResult(value: unknown, where: string): StoredResult {
  const parsed = storedResultSchema.safeParse(value);
  if (!parsed.success) throw new Error(`${where} is not a result record:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
