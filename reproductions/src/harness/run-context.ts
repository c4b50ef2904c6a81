import type { MeasureContext } from './define-claim';

/** The type of annotation by which a claim tells how far it is. */
export const PROGRESS = 'progress';

/** What `pnpm reproduce` hands to the process that measures. */
export interface RunContext {
  context: Omit<MeasureContext, 'progress'>;
  /** Absolute path of the output folder. */
  out: string;
  fingerprints: Record<string, string>;
  /** Accepted verdict by claim. */
  accepted: Record<string, string>;
  /** Verdicts of somebody else's checkpoint have nothing to be compared with. */
  comparesWithAccepted: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    reproduce: RunContext;
  }
}
