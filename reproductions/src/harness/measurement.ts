import type { Claim, Scale } from './claim-schema';
import { RESULT_SCHEMA_VERSION, type Result } from './result-schema';
import { type Control, type Criterion, judge, REQUIRED_POWER, type Verdict, verdictOf } from './verdict';

/** What the function of a claim gives back; the verdict is not its business. */
export interface Measurement {
  sentence: string;
  headline: NonNullable<Result['headline']>;
  /** Units of resampling that were used. */
  n: number;
  dropped: Result['dropped'];
  criteria: Criterion[];
  controls: Control[];
  deviations: string[];
  figures: Result['figures'];
  tables: Result['tables'];
}

/** Thrown by a claim that lacks something it needs; the message says what and how to get it. */
export class NotRun extends Error {
  override name = 'NotRun';
}

interface About {
  claim: Claim;
  scale: Scale;
  fingerprint: string;
}

const label = (verdict: Verdict, scale: Scale): string => `${verdict} · ${scale}`;

export function notRunResult({ claim, scale, fingerprint }: About, reason: string): Result {
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    id: claim.id,
    scale,
    verdict: 'not run',
    label: label('not run', scale),
    sentence: `Not run: ${reason}.`,
    reason,
    n: 0,
    dropped: [],
    criteria: [],
    controls: [],
    deviations: [],
    figures: [],
    tables: [],
    fingerprint,
  };
}

/** NaN and infinities become null, which is what JSON has for them. */
function finite<T>(value: T): T {
  if (typeof value === 'number') return (Number.isFinite(value) ? value : null) as T;
  if (Array.isArray(value)) return value.map(finite) as T;
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, finite(item)])) as T;
  return value;
}

/** Judges a measurement and makes the record of it. */
export function assembleResult({ claim, scale, fingerprint }: About, measured: Measurement): Result {
  const missing = claim.controls.filter(({ name }) => !measured.controls.some((control) => control.name === name));
  if (missing.length)
    throw new Error(
      `${claim.id} gave no outcome for its control "${missing[0]!.name}"; every declared control needs one.`,
    );
  const verdict = verdictOf(measured.criteria, measured.controls);
  const criteria = measured.criteria.map((criterion) => {
    const { status, power, growth } = judge(criterion);
    const low = power !== undefined && power < REQUIRED_POWER;
    return {
      ...criterion,
      status,
      ...(power === undefined ? {} : { power }),
      ...(low ? { sampleNeeded: Math.ceil(measured.n * growth!) } : {}),
    };
  });
  return finite({
    schemaVersion: RESULT_SCHEMA_VERSION,
    id: claim.id,
    scale,
    verdict,
    label: label(verdict, scale),
    ...measured,
    criteria,
    fingerprint,
  } as Result);
}
