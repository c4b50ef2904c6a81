import { type Result, SCHEMA_VERSION, type Spent, type StoredResult } from '../claim/schema';
import { withUsed } from '../materials/material';
import { metered } from './meter';
import { NotRun } from './not-run';
import { budgetOf, type Pair } from './plan';
import type { Store } from './store';
import { whileDoing } from './while-doing';

/** Measures a claim on a subject and makes the record of it. An error says what was being done. */
export async function measurePair(pair: Pair, store: Store, fingerprint: string): Promise<StoredResult> {
  const { bench, artefacts } = store.bench();
  store.spent = {};
  const about = { id: pair.claim.record.id, subject: pair.subjectId, scale: pair.scale, fingerprint };
  const { value: result, spent } = await metered(async (): Promise<Result> => {
    try {
      await store.require(pair.claim.record.needs, (subject) => `${subject} cannot be asked`);
      const names = await namesOf(pair, bench);
      const measured = await whileDoing('measuring', () => pair.claim.measure(bench, names));
      const label = `${measured.verdict} · ${pair.subjectId}`;
      return finite({ schemaVersion: SCHEMA_VERSION, ...about, label, ...measured });
    } catch (error) {
      if (error instanceof NotRun) return notRun(about, error.message);
      throw error;
    }
  });
  return {
    result,
    provenance: { engine: result.verdict === 'not run' ? null : await store.engine(), artefacts },
    runtime: {
      ...spent,
      finished: new Date().toISOString(),
      ...overBudget(pair, spent, store.spent, store.beyondBudgets),
      materials: store.spent,
    },
  };
}

async function namesOf({ subjectId, subject }: Pair, { specimen }: ReturnType<Store['bench']>['bench']) {
  const { layers, start } = subject ? await specimen() : { layers: 0, start: '' };
  return {
    subject: subjectId,
    ours: `${subjectId}, ${layers} layers`,
    untrained: `${subjectId}, untrained`,
    shuffled: `${subjectId}, shuffled pairs`,
    start,
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

const notRun = (about: Pick<Result, 'id' | 'subject' | 'scale' | 'fingerprint'>, reason: string): Result => ({
  schemaVersion: SCHEMA_VERSION,
  ...about,
  verdict: 'not run',
  label: `not run · ${about.subject}`,
  sentence: `Not run: ${reason}.`,
  reason,
  n: 0,
  dropped: [],
  criteria: [],
  controls: [],
  deviations: [],
  figures: [],
  tables: [],
});

/**
 * Milliseconds after which a pair is not going to end: twice its budget and half of it again. None for a checkpoint of the
 * user's, whose size no budget knows, nor for what no budget counts: tasks of GLUE, or long training after all interventions.
 */
export const timeLimit = (pair: Pair, beyondBudgets = false): number =>
  pair.scale === 'checkpoint' || beyondBudgets ? 0 : budgetOf(pair) * 2500;

/** A claim and a material may cost twice what they say; more is a failure, in words. A checkpoint, and what no budget counts, may cost what they do. */
export function overBudget(
  { claim: { record, material }, scale }: Pick<Pair, 'claim' | 'scale'>,
  spent: Spent,
  materials: StoredResult['runtime']['materials'],
  beyondBudgets = false,
): { overBudget?: string } {
  if (scale === 'checkpoint' || beyondBudgets) return {};
  const budgets = withUsed(material).map(({ name, budget }) => {
    const made = Object.entries(materials).filter(([key]) => key.startsWith(`${name} (`));
    const seconds = made.reduce((sum, [, cost]) => sum + cost.seconds, 0);
    return {
      what: name,
      budget,
      spent: { seconds, megabytes: Math.max(0, ...made.map(([, cost]) => cost.megabytes)) },
    };
  });
  const over = [{ what: record.id, budget: record.budget, spent }, ...budgets].flatMap(({ what, budget, spent }) =>
    (['seconds', 'megabytes'] as const).flatMap((unit) =>
      budget && spent[unit] > 2 * budget[unit]
        ? [`${what} cost ${Math.round(spent[unit])} ${unit} where ${budget[unit]} were planned`]
        : [],
    ),
  );
  return over.length ? { overBudget: `More than twice the budget: ${over.join(', ')}.` } : {};
}
