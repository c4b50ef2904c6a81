import { z } from 'zod';

/** Raised whenever a field of a record changes its meaning. */
export const SCHEMA_VERSION = 2;

/** Claims that need no subject, and have a column of their own: of formulas and counts, or of nets that they train themselves. */
export const withoutSubject = ['exact', 'toy-nets'] as const;
/** What kind of model a subject is: one that this repository ships, any other checkpoint, the paper's own, or none at all. */
export const scales = ['mini', 'checkpoint', 'paper', ...withoutSubject] as const;
export type Scale = (typeof scales)[number];

/** Whether a kind of claims, a scale or a column is one of those without a subject. */
export const needsNoSubject = (name: string): name is (typeof withoutSubject)[number] =>
  (withoutSubject as readonly string[]).includes(name);

/** Models that differ in their seed alone, by the names of their variants. */
export const SEEDS: readonly string[] = ['base', 'seed-2'];

/** The names of variants that are a model earlier in its training, after so many steps. */
const SNAPSHOT = /^step-\d+$/;

/**
 * What a claim may ask of a subject: parts of the model, whether it reads both sides of a token (`encoder`) or the left alone
 * (`causal`), enough layers for a course over depth (`depth`), further trained models by name (`variant:half-ffn`), or as many
 * seeds as it was trained from, of which one is enough (`seeds`), and the weights of earlier steps, of which none is needed
 * (`snapshots`).
 */
const need = z.union([
  z.enum(['memories', 'readout', 'encoder', 'causal', 'depth', 'seeds', 'snapshots']),
  z.templateLiteral(['variant:', z.string().regex(/^[a-z0-9-]+$/)]),
]);
export type Need = z.infer<typeof need>;

/** The variants that a claim needs of a subject which has some. */
export const variantsOf = (needs: readonly Need[], variants: Readonly<Record<string, string>>): string[] =>
  needs.flatMap((each) => {
    if (each === 'seeds') return SEEDS.filter((name) => name in variants);
    if (each === 'snapshots') return Object.keys(variants).filter((name) => SNAPSHOT.test(name));
    return each.startsWith('variant:') ? [each.slice('variant:'.length)] : [];
  });

const words = z.string().trim().min(3);
// JSON has no infinities and no NaN: a number that is one of them is written as null and read as "not a number".
const number = z.number().nullable();
const interval = z.tuple([number, number]);
const budget = z.strictObject({ seconds: z.number().positive(), megabytes: z.number().positive() });

const controlRecord = z.strictObject({
  name: words,
  kind: z.enum(['negative', 'positive']),
  description: words,
  expected: words,
});

/** What is known of a claim before anything is measured. */
export const claimSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Stable for ever: `geva-2021/c10-residual-holds-answer`. */
  id: z.string().regex(/^[a-z]+-\d{4}\/[a-z]\d+-[a-z0-9-]+$/, 'an id looks like geva-2021/c10-residual-holds-answer'),
  title: words,
  /** Section, figure or table of the paper. */
  locator: words,
  /** What the paper says, in our words. */
  claim: words,
  /** `extension`: what we ask of models that the paper's own question does not fit, and the paper does not say. */
  kind: z.enum(['measured', ...withoutSubject, 'derivedFrom', 'proxy', 'extension']),
  /** The claims whose verdicts decide this one. */
  derivedFrom: z.array(z.string()).optional(),
  /** Exactly which quantity, of which population, in which unit. */
  estimand: words,
  /** Where the expectations behind the criteria come from. */
  source: words,
  controls: z.array(controlRecord),
  /** It rests on times, which differ from run to run: only its verdict is compared, and it may be undecided in another run. */
  timed: z.literal(true).optional(),
  /** What speaks against the claim elsewhere, each with its source. */
  contrary: z.array(words).optional(),
  /** Properties that hold for any weights and that the measurement relies on, by their numbers in the specification. */
  restsOn: z.array(z.string().regex(/^[A-Z]+\d+$/, 'a property is named like P7')).optional(),
  /** What a subject must have; where it does not, the verdict is "not run". */
  needs: z.array(need),
  budget,
});
export type ClaimRecord = z.infer<typeof claimSchema>;

const part = z.strictObject({
  label: z.string(),
  estimate: number,
  /** Ends of the corrected interval; equal ends only where the number is exact. */
  interval,
  /** Standard error of the interval's ends from drawing finitely many resamples. */
  monteCarloError: z.number().nonnegative().optional(),
});

const judgedPart = part.extend({
  status: z.enum(['holds', 'direction only', 'fails', 'open', 'degenerate']),
  power: z.number().min(0).max(1).optional(),
});

const criterionBase = {
  name: z.string(),
  statement: z.string(),
  /** Confidence of each part's interval, after correction for the number of parts. */
  level: z.number().min(0).max(1),
  parts: z.array(judgedPart),
  /** Why the paper's criterion is shown without being asserted of this subject. */
  notAsserted: z.string().optional(),
  status: z.enum(['holds', 'direction only', 'fails', 'open', 'degenerate', 'not asserted']),
  /** The least of its parts'. */
  power: z.number().min(0).max(1).optional(),
  /** Sample that would give power 0.8, where the power is below it. */
  sampleNeeded: z.number().int().positive().optional(),
};
/** The smallest effect that matters, its unit, and the reason for its size. */
const effect = { sesoi: z.number(), unit: z.string(), why: z.string().optional() };

/** `band`: every part lies in [low, high] (null: open end). `direction`: every part lies beyond `from` by more than `sesoi`. */
const criterion = z.discriminatedUnion('kind', [
  z.strictObject({ ...criterionBase, ...effect, kind: z.literal('band'), low: number, high: number }),
  z.strictObject({
    ...criterionBase,
    ...effect,
    kind: z.literal('direction'),
    from: z.number(),
    side: z.enum(['above', 'below']),
  }),
  z.strictObject({ ...criterionBase, kind: z.literal('exact'), value: z.number() }),
]);

const controlResult = z.strictObject({
  name: z.string(),
  kind: z.enum(['negative', 'positive']),
  /** `reported`: shown beside the claim, without a say in its verdict. */
  outcome: z.enum(['passed', 'failed', 'reported']),
  detail: z.string(),
});

const roles = z.enum(['paper', 'ours', 'ceiling', 'untrained', 'shuffled']);
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

/** Data of one figure, as `@interlayer/figures` draws it. Only the report draws. */
export const figureSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('depth'),
    title: z.string(),
    unit: z.string(),
    range: z.tuple([z.number(), z.number()]).optional(),
    series: z.array(
      z.strictObject({
        name: z.string(),
        role: roles,
        /** Several things in one figure: lines of one variant share a colour, and roles differ in dashes and marks. */
        variant: z.number().int().nonnegative().optional(),
        points,
      }),
    ),
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
        role: roles,
        layers: z.array(z.array(z.number().nonnegative().nullable())),
        /** What the columns are, where they are not layers. */
        labels: z.array(z.string()).optional(),
      }),
    ),
    /** What runs along the columns; layers unless given. */
    axis: z.string().optional(),
    /** `own`: each panel has its own scale, from 0; otherwise all run from 0 to 100. */
    range: z.literal('own').optional(),
    note: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('bars'),
    title: z.string(),
    unit: z.string(),
    bars: z.array(
      z.strictObject({
        label: z.string(),
        parts: z.array(z.strictObject({ name: z.string(), value: z.number().nonnegative() })),
      }),
    ),
    note: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('heatmap'),
    title: z.string(),
    unit: z.string(),
    rows: z.array(z.string()),
    columns: z.array(z.string()),
    /** [row][column] */
    values: z.array(z.array(number)),
    axes: z.strictObject({ rows: z.string(), columns: z.string() }).optional(),
    range: z.tuple([z.number(), z.number()]).optional(),
    scale: z.enum(['sequential', 'diverging']).optional(),
    note: z.string().optional(),
  }),
]);

export const tableSchema = z.strictObject({
  title: z.string(),
  columns: z.array(z.string()).min(1),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});

export const verdicts = ['reproduced', 'partially', 'not reproduced', 'inconclusive', 'not run'] as const;

/** What measuring a claim on a subject gave. */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  subject: z.string(),
  scale: z.enum(scales),
  verdict: z.enum(verdicts),
  /** The verdict as it is always shown, with its subject: "reproduced · mini-gpt". */
  label: z.string(),
  /** What was measured, in one plain sentence. */
  sentence: z.string(),
  /** Why the verdict is what it is, in one sentence; why it was not run. */
  reason: z.string(),
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
  /** Units of resampling that were used. */
  n: z.number().int().nonnegative(),
  dropped: z.array(z.strictObject({ count: z.number().int().nonnegative(), why: z.string() })),
  criteria: z.array(criterion),
  controls: z.array(controlResult),
  deviations: z.array(z.string()),
  figures: z.array(figureSchema),
  tables: z.array(tableSchema),
  /** What the result depends on; a resumed run takes a result only where this is unchanged. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});

const engine = z.strictObject({
  backend: z.string(),
  engine: z.string(),
  eager: z.string(),
  threads: z.number(),
  device: z.string(),
  versions: z.record(z.string(), z.string()),
});

const spent = z.strictObject({ seconds: z.number().nonnegative(), megabytes: z.number().nonnegative() });

/** A result as it is kept in the output folder. What it cost differs from run to run and is kept apart. */
export const storedResultSchema = z.strictObject({
  result: resultSchema,
  /** What computed it, and the sha256 of what it read. */
  provenance: z.strictObject({ engine: engine.nullable(), artefacts: z.record(z.string(), z.string()) }),
  runtime: z.strictObject({
    ...spent.shape,
    finished: z.string(),
    overBudget: z.string().optional(),
    /** What the materials cost that were made for this claim first. */
    materials: z.record(z.string(), spent),
  }),
});

export type Part = z.infer<typeof part>;
export type JudgedCriterion = z.infer<typeof criterion>;
type Distributive<T> = T extends unknown
  ? Omit<T, 'status' | 'power' | 'sampleNeeded' | 'parts'> & { parts: Part[] }
  : never;
/** A criterion before it is judged. */
export type Criterion = Distributive<JudgedCriterion>;
export type Status = JudgedCriterion['status'];
export type Verdict = (typeof verdicts)[number];
export type ControlRecord = z.infer<typeof controlRecord>;
export type ControlResult = z.infer<typeof controlResult>;
export type Figure = z.infer<typeof figureSchema>;
export type Role = z.infer<typeof roles>;
export type Table = z.infer<typeof tableSchema>;
export type Result = z.infer<typeof resultSchema>;
export type Headline = NonNullable<Result['headline']>;
export type Engine = z.infer<typeof engine>;
export type Spent = z.infer<typeof spent>;
export type StoredResult = z.infer<typeof storedResultSchema>;

/** Validates a value; the error says what it is and names every fault. */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`${what} does not fit its schema:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The part of an id before the slash. */
export const paperOf = (id: string): string => id.split('/')[0]!;
