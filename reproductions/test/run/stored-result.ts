import type { Result, StoredResult } from '../../src/claim/schema';
import { measured } from '../report/example';

export const FINGERPRINT = '0'.repeat(64);

/** What measuring a claim about depth may have left in the output folder. */
export const storedResult = (change: Partial<Result> = {}): StoredResult => ({
  ...measured('mini-gpt', { fingerprint: FINGERPRINT, ...change }),
  runtime: { seconds: 4.2, megabytes: 1, finished: 'now', materials: {} },
});

/** The same with these of its controls failed. */
export function withFailedControls(...failed: string[]): StoredResult {
  const { controls } = storedResult().result;
  return storedResult({
    verdict: failed.length ? 'inconclusive' : 'reproduced',
    controls: controls.map((control) => (failed.includes(control.name) ? { ...control, outcome: 'failed' } : control)),
  });
}
