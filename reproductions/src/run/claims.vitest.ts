import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, inject, test } from 'vitest';
import { needsNoSubject } from '../claim/schema';
import { workspace } from '../folders';
import { measurePair, timeLimit } from './measure-pair';
import { namedSubjects, pairOf } from './plan';
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
    const column = needsNoSubject(name) ? name : undefined;
    const subject = column ? undefined : run.given?.id === name ? run.given : namedSubjects([name])[0]!;
    const store = new Store(subject, column ?? subject!.scale, run.settings, run.about);
    afterAll(() => store.dispose());
    for (const { key, file, fingerprint } of pairs) {
      const { default: claim } = await import(pathToFileURL(join(workspace, file)).href);
      const pair = pairOf({ ...claim, file }, subject ?? namedSubjects(['mini-gpt'])[0]!);
      test(
        key,
        async ({ expect }) => {
          // What is there already takes no turn of the event loop: news of the parent would wait until all is measured.
          await setImmediate();
          store.onProgress = (material, share) => report({ key, material: `${name}: ${material}`, share });
          const stored = await measurePair(pair, store, fingerprint);
          writeResult(run.settings.out, key, stored);
          expect(stored.runtime.overBudget).toBeUndefined();
          if (run.comparesWithAccepted) expect(stored.result.verdict, `verdict of ${key}`).toBe(run.accepted[key]);
        },
        timeLimit(pair, store.beyondBudgets),
      );
    }
  });

/** The pairs of each subject, turn by turn. */
function groupsOf(pairs: RunContext['pairs']): [subject: string, pairs: RunContext['pairs']][] {
  const groups = new Map<string, RunContext['pairs']>();
  for (const pair of pairs) {
    const name = `${pair.turn} ${pair.subject}`;
    groups.set(name, [...(groups.get(name) ?? []), pair]);
  }
  return [...groups.values()].map((group) => [group[0]!.subject, group]);
}
