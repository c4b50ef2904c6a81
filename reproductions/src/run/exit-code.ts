import { needsNoSubject } from '../claim/schema';
import { printable } from '../report/format';
import type { ReportedPair } from '../report/report';
import { Interrupted } from './interrupted';
import { EXIT_CODES } from './options';
import { say } from './say';
import { UsageError } from './usage-error';

interface Counted {
  /** What went wrong outside of the results. */
  failures: readonly string[];
  /** Pairs that were to be measured. */
  wanted: number;
  /** Whether the results were recorded as the accepted ones just now. */
  updated: boolean;
  /** Whether the user named the model, so that a run without any result of it is no use. */
  named: boolean;
}

/** How a run ends. A judged control that fails makes a claim inconclusive; it is an error only where it is accepted as passing. */
export function exitCode(
  claims: readonly Pick<ReportedPair, 'result' | 'asAccepted' | 'newlyFailed'>[],
  { failures, wanted, updated, named }: Counted,
): number {
  const ofModels = claims.filter(({ result }) => !needsNoSubject(result.subject));
  const counted = named && ofModels.length > 0 ? ofModels : claims;
  if (counted.every(({ result }) => result.verdict === 'not run')) return EXIT_CODES.cannotRun;
  if (!updated && claims.some(({ newlyFailed }) => newlyFailed.length > 0)) return EXIT_CODES.controlFailed;
  if (failures.length > 0 || claims.length < wanted) return EXIT_CODES.changed;
  return updated || claims.every(({ asAccepted }) => asAccepted) ? EXIT_CODES.asAccepted : EXIT_CODES.changed;
}

/** How a run ends that an error has ended. Tells the error: in one line where the user asked for what cannot be done. */
export function exitCodeOfError(error: unknown): number {
  const isKnown = error instanceof UsageError || error instanceof Interrupted;
  say(isKnown ? `error: ${printable(error.message)}` : String((error as Error).stack ?? error));
  return error instanceof Interrupted ? EXIT_CODES.interrupted : EXIT_CODES.cannotRun;
}
