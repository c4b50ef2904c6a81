import type { ReportedPair } from '../report/report';
import { failedControls } from './accepted';
import { EXIT_CODES } from './options';

interface Counted {
  /** What went wrong outside of the results. */
  failures: readonly string[];
  /** Pairs that were to be measured. */
  wanted: number;
  /** Whether the results were recorded as the accepted ones just now. */
  updated: boolean;
  comparesWithAccepted: boolean;
}

/** How a run ends. A control that had failed when its claim was accepted, with that verdict, is no news. */
export function exitCode(
  claims: readonly Pick<ReportedPair, 'result' | 'asAccepted'>[],
  { failures, wanted, updated, comparesWithAccepted }: Counted,
): number {
  if (claims.length === 0 || claims.every(({ result }) => result.verdict === 'not run')) return EXIT_CODES.cannotRun;
  const known = (asAccepted: boolean) => updated || (comparesWithAccepted && asAccepted);
  if (claims.some(({ result, asAccepted }) => failedControls(result).length > 0 && !known(asAccepted)))
    return EXIT_CODES.controlFailed;
  if (failures.length > 0 || claims.length < wanted) return EXIT_CODES.changed;
  return updated || claims.every(({ asAccepted }) => asAccepted) ? EXIT_CODES.asAccepted : EXIT_CODES.changed;
}
