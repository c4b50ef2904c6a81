import { z } from 'zod';

/** Raised whenever a field of a claim changes its meaning. */
export const CLAIM_SCHEMA_VERSION = 1;

/** Where a claim can be measured: on the models this repository ships, on any other checkpoint, on the paper's own, or with no model at all. */
export const scales = ['mini', 'checkpoint', 'paper', 'exact'] as const;
export type Scale = (typeof scales)[number];

const words = z.string().trim().min(3);

/** What is known of a claim before anything is measured. */
export const claimSchema = z.strictObject({
  schemaVersion: z.literal(CLAIM_SCHEMA_VERSION),
  /** Stable for ever: `geva-2021/c10-residual-holds-answer`. */
  id: z.string().regex(/^[a-z]+-\d{4}\/[a-z]\d+-[a-z0-9-]+$/, 'an id looks like geva-2021/c10-residual-holds-answer'),
  title: words,
  /** Section, figure or table of the paper. */
  locator: words,
  /** What the paper says, in our words. */
  claim: words,
  kind: z.enum(['measured', 'exact', 'derivedFrom', 'proxy']),
  derivedFrom: z.array(z.string()).optional(),
  /** Exactly which quantity, of which population, in which unit. */
  estimand: words,
  /** What is expected at the scales listed, and where that expectation comes from. */
  expected: z.strictObject({ statement: words, source: words }),
  /** The smallest effect that matters; absent for exact claims. */
  sesoi: z.strictObject({ value: z.number().positive(), unit: words, why: words }).optional(),
  /** The rule that turns numbers into the verdict, fixed before measuring. */
  decision: words,
  scales: z.array(z.enum(scales)).min(1),
  controls: z.array(
    z.strictObject({ name: words, kind: z.enum(['negative', 'positive']), description: words, expected: words }),
  ),
  /** Properties that hold for any weights and that the measurement leans on, by their numbers in the specification. */
  restsOn: z.array(z.string().regex(/^[A-Z]+\d+$/, 'a property is named like P7')).optional(),
  /** What has to be there; where it is not, the verdict is "not run". */
  needs: z.array(words),
  budget: z.strictObject({ seconds: z.number().positive(), megabytes: z.number().positive() }),
});

export type Claim = z.infer<typeof claimSchema>;

/** Validates a claim, and the rules that span fields. Throws one error that names every fault. */
export function parseClaim(record: unknown): Claim {
  const parsed = claimSchema.safeParse(record);
  const id = (record as { id?: unknown } | undefined)?.id ?? 'a claim without id';
  if (!parsed.success)
    throw new Error(`The record of ${id} does not fit the schema:\n${z.prettifyError(parsed.error)}`);
  const claim = parsed.data;
  const faults: string[] = [];
  if (claim.kind === 'measured' && !claim.sesoi)
    faults.push('a measured claim states its smallest effect that matters');
  if (claim.kind === 'measured' && !claim.controls.some(({ name }) => name.startsWith('untrained')))
    faults.push('a measured claim has the untrained model of the same shape among its controls');
  if ((claim.kind === 'exact') !== claim.scales.includes('exact'))
    faults.push('an exact claim, and no other, has the scale "exact"');
  if ((claim.kind === 'derivedFrom') !== (claim.derivedFrom !== undefined))
    faults.push('a derived claim, and no other, lists what it is derived from');
  if (faults.length) throw new Error(`The record of ${id} breaks the rules of claims: ${faults.join('; ')}.`);
  return claim;
}

/** The part of an id before the slash. */
export const paperOf = (id: string): string => id.split('/')[0]!;
