import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccepted, writeAccepted } from '../../src/harness/accepted';
import { readCatalogue } from '../../src/harness/catalogue';
import { exitCode } from '../../src/harness/exit-code';
import { assembleResult } from '../../src/harness/measurement';
import { EXIT_CODES } from '../../src/harness/options';
import type { Provenance } from '../../src/harness/provenance';
import { composeReport } from '../../src/harness/report-json';
import { exampleMeasurement } from './example-measurement';

const { claim } = (await readCatalogue()).find(({ claim: { id } }) => id.includes('c10'))!;

/** The example's result; these of its controls failed. */
const stored = (...failed: string[]) => {
  const measured = exampleMeasurement();
  for (const control of measured.controls) if (failed.includes(control.name)) control.outcome = 'failed';
  const result = assembleResult({ claim, scale: 'mini', fingerprint: '0'.repeat(64) }, measured);
  return { result, runtime: { seconds: 1, megabytes: 1, finished: '' } };
};

/** The exit code of a run that found `now` where `before` is accepted. */
function codeOf(before: ReturnType<typeof stored>, now: ReturnType<typeof stored>, change = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'exit-'));
  writeAccepted(folder, 'mini', [before], 'measured');
  const counted = { failures: [], wanted: 1, updated: false, comparesWithAccepted: true, ...change };
  const report = composeReport({
    scale: 'mini',
    provenance: { hash: '' } as Provenance,
    claims: [claim],
    stored: new Map([[claim.id, now]]),
    accepted: readAccepted(folder, 'mini').claims,
    comparesWithAccepted: counted.comparesWithAccepted,
    catalogue: [claim],
    runtime: { finished: '', seconds: 1, host: '' },
  });
  return exitCode(report, counted);
}

describe('the exit code', () => {
  it('tells a control that fails from one that had failed when the verdict was accepted', () => {
    const [fine, pairs, books] = [stored(), stored('shuffled pairs'), stored('shuffled pairs', 'bookkeeping')];
    expect(codeOf(fine, fine)).toBe(EXIT_CODES.asAccepted);
    expect(codeOf(fine, pairs)).toBe(EXIT_CODES.controlFailed);
    expect(codeOf(pairs, pairs)).toBe(EXIT_CODES.asAccepted);
    // both verdicts are "inconclusive", but one control more has failed
    expect(codeOf(pairs, books)).toBe(EXIT_CODES.controlFailed);
    expect(codeOf(books, pairs)).toBe(EXIT_CODES.asAccepted);
    expect(codeOf(pairs, fine)).toBe(EXIT_CODES.changed);
  });

  it('knows of no accepted failure where nothing is compared, and of any that is accepted right now', () => {
    const pairs = stored('shuffled pairs');
    expect(codeOf(pairs, pairs, { comparesWithAccepted: false })).toBe(EXIT_CODES.controlFailed);
    expect(codeOf(stored(), pairs, { updated: true })).toBe(EXIT_CODES.asAccepted);
  });

  it('counts what gave no result', () => {
    expect(codeOf(stored(), stored(), { wanted: 2 })).toBe(EXIT_CODES.changed);
    expect(codeOf(stored(), stored(), { failures: ['stopped'] })).toBe(EXIT_CODES.changed);
    expect(exitCode({ claims: [] }, { failures: [], wanted: 1, updated: false, comparesWithAccepted: true })).toBe(
      EXIT_CODES.cannotRun,
    );
  });
});
