import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, inject, test } from 'vitest';
import { needsNoSubject } from '../claim/schema';
import { workspace } from '../folders';
import { withUsed } from '../materials/material';
import type { Subject } from '../subjects/subject';
import { isAsAccepted } from './accepted';
import { measurePair, timeLimit } from './measure-pair';
import { namedSubjects, type Pair, pairOf } from './plan';
import { writeResult } from './results';
import { progressWriter, type RunContext } from './run-context';
import { Store } from './store';

// Registers each pair of claim and subject as a test: it measures, writes the result, and passes when the verdict is the
// accepted one and the cost within twice the budget.
const run = inject('reproduce');
if (!run) throw new Error('Claims are measured by "pnpm reproduce", not by the runner of unit tests.');

// Whoever started this process is gone, and nobody reads what it would still measure: a run that resumes is to be alone.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const report = progressWriter(run.progressFile);

for (const [name, pairs] of groupsOf(run.pairs))
  describe(name, async () => {
    const { store, subject } = openStore(name);
    afterAll(() => store.dispose());
    for (const { key, file, fingerprint } of pairs) {
      const pair = await pairIn(file, subject);
      test(
        key,
        async ({ expect }) => {
          // What is there already takes no turn of the event loop: news of the parent would wait until all is measured.
          await setImmediate();
          store.onProgress = (material, share) => report({ key, material: `${name}: ${material}`, share });
          const stored = await measurePair(pair, store, fingerprint);
          writeResult(run.settings.out, key, stored);
          expect(stored.runtime.overBudget).toBeUndefined();
          const { verdict } = stored.result;
          if (run.comparesWithAccepted && !isAsAccepted(pair.claim.record, verdict, run.accepted[key]))
            expect(verdict, `verdict of ${key}`).toBe(run.accepted[key] ?? 'none is accepted yet');
        },
        timeLimit(pair, store.beyondBudgets),
      );
    }
  });

for (const { key, file, subject: name } of run.helps)
  describe(`help with ${key}`, async () => {
    const { store, subject } = openStore(name);
    afterAll(() => store.dispose());
    const pair = await pairIn(file, subject);
    for (const condition of pair.claim.conditions)
      for (const material of withUsed(pair.claim.material).filter(({ help }) => help))
        test(
          `${material.name} (${condition})`,
          () => store.help(material, condition),
          timeLimit(pair, store.beyondBudgets),
        );
  });

function openStore(name: string): { store: Store; subject?: Subject } {
  const column = needsNoSubject(name) ? name : undefined;
  const subject = column ? undefined : run!.given?.id === name ? run!.given : namedSubjects([name])[0]!;
  return { store: new Store(subject, column ?? subject!.scale, run!.settings, run!.about), subject };
}

async function pairIn(file: string, subject?: Subject): Promise<Pair> {
  const { default: claim } = await import(pathToFileURL(join(workspace, file)).href);
  return pairOf({ ...claim, file }, subject ?? namedSubjects(['mini-gpt'])[0]!);
}

/** The pairs of each subject, turn by turn. */
function groupsOf(pairs: RunContext['pairs']): [subject: string, pairs: RunContext['pairs']][] {
  const groups = new Map<string, RunContext['pairs']>();
  for (const pair of pairs) {
    const name = `${pair.turn} ${pair.subject}`;
    groups.set(name, [...(groups.get(name) ?? []), pair]);
  }
  return [...groups.values()].map((group) => [group[0]!.subject, group]);
}
