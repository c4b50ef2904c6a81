import type { Result, StoredResult } from '../../src/claim/schema';

export const FINGERPRINT = '0'.repeat(64);

/** What measuring a claim about depth may have left in the output folder. */
export function storedResult(change: Partial<Result> = {}): StoredResult {
  const result: Result = {
    schemaVersion: 2,
    id: 'geva-2021/c10-residual-holds-answer',
    subject: 'mini-gpt',
    scale: 'mini',
    verdict: 'reproduced',
    reason: 'The criterion holds.',
    label: 'reproduced · mini-gpt',
    sentence: 'The residual points at the final token in 1, 20, 40 % of the prefixes.',
    headline: {
      name: 'residual hits at layer 3',
      value: 40,
      unit: '%',
      interval: [38, 42],
      method: 'hierarchical bootstrap',
      monteCarloError: 0.05,
    },
    n: 3000,
    dropped: [{ count: 2, why: 'too long' }],
    criteria: [
      {
        name: 'increasing',
        statement: 'The share grows',
        kind: 'direction',
        from: 0,
        side: 'above',
        sesoi: 3,
        unit: 'points',
        level: 0.95,
        parts: [{ label: 'layer 1 to 2', estimate: 19, interval: [18, 20], monteCarloError: 0.02, status: 'holds' }],
        status: 'holds',
        power: 1,
      },
    ],
    controls: [
      { name: 'untrained model', kind: 'negative', outcome: 'passed', detail: 'hits in 0 %' },
      { name: 'shuffled pairs', kind: 'negative', outcome: 'reported', detail: 'hits in 1 %' },
      { name: 'bookkeeping', kind: 'positive', outcome: 'passed', detail: 'nothing is off' },
    ],
    deviations: [],
    figures: [],
    tables: [],
    fingerprint: FINGERPRINT,
    ...change,
  };
  return {
    result,
    provenance: { engine: null, artefacts: {} },
    runtime: { seconds: 4.2, megabytes: 1, finished: 'now', materials: {} },
  };
}

/** The same with these of its controls failed. */
export function withFailedControls(...failed: string[]): StoredResult {
  const { controls } = storedResult().result;
  return storedResult({
    verdict: failed.length ? 'inconclusive' : 'reproduced',
    controls: controls.map((control) => (failed.includes(control.name) ? { ...control, outcome: 'failed' } : control)),
  });
}
