import { expect, inject, test } from 'vitest';
import { overBudget, scaleOf, timeLimit } from './budget';
import { type Claim, parseClaim, type Scale } from './claim-schema';
import { assembleResult, type Measurement, NotRun, notRunResult } from './measurement';
import { parseStoredResult, type StoredResult } from './result-schema';
import { resultFile } from './resume';
import { PROGRESS, type RunContext } from './run-context';
import { writeRunRecord } from './run-record';
import { startSpending } from './spent';
import { writeAtomically } from './write-atomically';

/** What a claim may ask of the run that measures it. */
export interface MeasureContext {
  scale: Scale;
  seed: number;
  /** Folder of the checkpoint to measure, where the user named one. */
  model?: string;
  backend?: string;
  threads?: number;
  /** Where long work is kept, so that a run that was stopped goes on with it. */
  work: {
    folder: string;
    /** Names all settings that results depend on: work under another name is not gone on with. */
    key: string;
    resume: boolean;
  };
  /** The most examples to draw, where the user wants less than the claim does. */
  sample?: number;
  /** Long work tells here which share of it is done, 0 … 1, as often as it likes. */
  progress(share: number): void;
}

export type Measure = (context: MeasureContext) => Promise<Measurement>;

const CATALOGUE = Symbol.for('interlayer.reproductions.catalogue');

/** Runs `load`, which imports claim files, and gives the records they define; nothing is measured. */
export async function collectClaims(load: () => Promise<unknown>): Promise<Claim[]> {
  const claims: Claim[] = [];
  const scope = globalThis as Record<symbol, unknown>;
  scope[CATALOGUE] = claims;
  try {
    await load();
  } finally {
    delete scope[CATALOGUE];
  }
  return claims;
}

/**
 * Makes a claim of a record and a function: a vitest test, which measures, writes the result, and passes when the verdict is
 * the accepted one and the cost within twice the budget.
 */
export function defineClaim(record: Claim, measure: Measure): Claim {
  const claim = parseClaim(record);
  const catalogue = (globalThis as Record<symbol, unknown>)[CATALOGUE] as Claim[] | undefined;
  if (catalogue) {
    catalogue.push(claim);
    return claim;
  }
  const run = inject('reproduce');
  if (!run)
    throw new Error(`${claim.id} is measured by "pnpm reproduce --only ${claim.id}", not by the runner of unit tests.`);
  test(
    claim.id,
    ({ annotate, signal }) => {
      // Work that several claims share may outlive the claim that began it and ran out of time.
      const tell = (share: number) => void (signal.aborted || annotate(String(share), PROGRESS));
      return runClaim(claim, (context) => measure({ ...context, progress: everySecond(tell) }), run);
    },
    timeLimit(claim, scaleOf(claim, run.context.scale)),
  );
  return claim;
}

function everySecond(tell: (share: number) => void): (share: number) => void {
  let told = performance.now();
  return (share) => {
    if (performance.now() - told < 1000) return;
    told = performance.now();
    tell(share);
  };
}

async function runClaim(
  claim: Claim,
  measure: (context: RunContext['context']) => Promise<Measurement>,
  run: RunContext,
): Promise<void> {
  const stored = await measureClaim(claim, measure, run);
  writeRunRecord(run.out);
  const file = resultFile(run.out, claim.id);
  writeAtomically(file, `${JSON.stringify(parseStoredResult(stored, file), null, 1)}\n`);
  if (stored.runtime.overBudget) throw new Error(stored.runtime.overBudget);
  const accepted = run.accepted[claim.id];
  if (run.comparesWithAccepted) expect(stored.result.verdict, `verdict of ${claim.id}`).toBe(accepted ?? 'accepted');
}

async function measureClaim(
  claim: Claim,
  measure: (context: RunContext['context']) => Promise<Measurement>,
  run: RunContext,
): Promise<StoredResult> {
  const scale = scaleOf(claim, run.context.scale);
  const about = { claim, scale, fingerprint: run.fingerprints[claim.id]! };
  const stop = startSpending();
  let result: StoredResult['result'];
  if (!claim.scales.includes(scale))
    result = notRunResult(
      about,
      `this claim can be measured at the scales ${claim.scales.join(', ')}, not at ${scale}`,
    );
  else {
    try {
      result = assembleResult(about, await measure(run.context));
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
      result = notRunResult(about, error.message);
    }
  }
  const spent = stop();
  return {
    result,
    runtime: {
      seconds: Math.round(spent.seconds * 100) / 100,
      megabytes: Math.round(spent.megabytes),
      finished: new Date().toISOString(),
      overBudget: overBudget(claim, scale, spent),
    },
  };
}
