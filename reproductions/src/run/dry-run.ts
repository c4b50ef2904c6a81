import { duration } from '@interlayer/training';
import type { Accepted } from './accepted';
import type { Pair } from './plan';

/** What each pair would cost, from the time it took when its verdict was accepted, or else from its budget. */
export function dryRun(pairs: readonly Pair[], accepted: (subject: string) => Accepted): string {
  const width = Math.max(...pairs.map(({ key }) => key.length));
  let seconds = 0;
  const lines = pairs.map(({ key, claim: { record }, subjectId }) => {
    const known = accepted(subjectId).claims[record.id]?.seconds;
    seconds += known ?? record.budget.seconds;
    const cost =
      known === undefined ? `at most ${duration(record.budget.seconds)} (budget)` : `about ${duration(known)}`;
    return `${key.padEnd(width)}  ${cost.padEnd(24)}  ${record.budget.megabytes} MB`;
  });
  const materials = [...new Set(pairs.map(({ subjectId }) => subjectId))].flatMap((subject) =>
    Object.entries(accepted(subject).materials).map(([name, cost]) => {
      seconds += cost;
      return `${`${subject}: ${name}`.padEnd(width)}  about ${duration(cost)}, shared by several claims`;
    }),
  );
  const count = `${pairs.length} claim${pairs.length === 1 ? '' : 's'}`;
  return `${[...lines, ...materials].join('\n')}\n\n${count}, at most about ${duration(seconds)}\n`;
}
