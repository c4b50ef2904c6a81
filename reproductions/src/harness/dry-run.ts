import type { Accepted } from './accepted';
import type { Claim } from './claim-schema';
import { duration } from './format';

/** What each claim would cost, from the time it took when its verdict was accepted, else from its budget. */
export function dryRun(claims: readonly Claim[], accepted: Accepted, scale: string): string {
  const width = Math.max(...claims.map(({ id }) => id.length));
  let seconds = 0;
  const lines = claims.map(({ id, kind, scales, budget }) => {
    const known = accepted.claims[id]?.seconds;
    const runs = kind === 'exact' || (scales as string[]).includes(scale);
    if (runs) seconds += known ?? budget.seconds;
    const cost = runs
      ? known === undefined
        ? `at most ${duration(budget.seconds)} (budget)`
        : `about ${duration(known)}`
      : `not at scale ${scale}`;
    return `${id.padEnd(width)}  ${cost.padEnd(24)}  ${budget.megabytes} MB`;
  });
  return `${lines.join('\n')}\n\n${claims.length} claim${claims.length === 1 ? '' : 's'}, about ${duration(seconds)}\n`;
}
