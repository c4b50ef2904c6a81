import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it, vi } from 'vitest';
import type { StoredResult } from '../../src/claim/schema';
import { composeReport } from '../../src/report/report';
import { readAccepted, writeAccepted } from '../../src/run/accepted';
import { exitCode, exitCodeOfError } from '../../src/run/exit-code';
import { Interrupted } from '../../src/run/interrupted';
import { EXIT_CODES } from '../../src/run/options';
import type { Provenance } from '../../src/run/provenance';
import { UsageError } from '../../src/run/usage-error';
import { toyClaim } from '../claim/toy';
import { storedResult, withFailedControls } from './stored-result';

const { record: claim } = toyClaim({});
const counted = { failures: [], wanted: 1, updated: false, named: false };

/** The exit code of a run that measured `now` where `before` is accepted. */
async function codeOf(
  before: StoredResult,
  now: StoredResult,
  {
    comparesWithAccepted = true,
    ...change
  }: Partial<Parameters<typeof exitCode>[1]> & { comparesWithAccepted?: boolean } = {},
) {
  const folder = await temporaryFolder();
  writeAccepted([before], 'measured', folder);
  const report = composeReport({
    provenance: { hash: '' } as Provenance,
    subjects: [{ id: 'mini-gpt', name: 'mini-gpt' }],
    measured: [{ claim, stored: now, accepted: readAccepted('mini-gpt', folder).claims[now.result.id]! }],
    comparesWithAccepted,
    papersWithClaims: new Set(),
    runtime: { finished: '', seconds: 1, host: '' },
  });
  return exitCode(report.claims, { ...counted, ...change });
}

describe('the exit code', () => {
  it('tells a control that fails from one that had failed when the verdict was accepted', async () => {
    const [fine, pairs, books] = [[], ['shuffled pairs'], ['shuffled pairs', 'bookkeeping']].map((failed) =>
      withFailedControls(...failed),
    ) as [StoredResult, StoredResult, StoredResult];
    expect(await codeOf(fine, fine)).toBe(EXIT_CODES.asAccepted);
    expect(await codeOf(fine, pairs)).toBe(EXIT_CODES.controlFailed);
    expect(await codeOf(pairs, pairs)).toBe(EXIT_CODES.asAccepted);
    // both verdicts are "inconclusive", but one control more has failed
    expect(await codeOf(pairs, books)).toBe(EXIT_CODES.controlFailed);
    expect(await codeOf(books, pairs)).toBe(EXIT_CODES.asAccepted);
    expect(await codeOf(pairs, fine)).toBe(EXIT_CODES.changed);
  });

  it('of a control that fails where nothing is accepted, or accepted right now, is that of a sound run', async () => {
    const pairs = withFailedControls('shuffled pairs');
    expect(await codeOf(storedResult(), pairs, { comparesWithAccepted: false })).toBe(EXIT_CODES.asAccepted);
    expect(await codeOf(storedResult(), pairs, { updated: true })).toBe(EXIT_CODES.asAccepted);
  });

  it('of verdicts that nothing is compared with is that of a run as accepted', async () => {
    const other = storedResult({ verdict: 'not reproduced' });
    expect(await codeOf(storedResult(), other)).toBe(EXIT_CODES.changed);
    expect(await codeOf(storedResult(), other, { comparesWithAccepted: false })).toBe(EXIT_CODES.asAccepted);
  });

  it('counts what gave no result', async () => {
    expect(await codeOf(storedResult(), storedResult(), { wanted: 2 })).toBe(EXIT_CODES.changed);
    expect(await codeOf(storedResult(), storedResult(), { failures: ['stopped'] })).toBe(EXIT_CODES.changed);
    expect(exitCode([], counted)).toBe(EXIT_CODES.cannotRun);
  });

  it('says so where nothing of the named model could be measured, whatever exact claims gave', () => {
    const claims = (['not run', 'reproduced'] as const).map((verdict, i) => ({
      result: { ...storedResult({ verdict }).result, subject: i ? 'exact' : 'mini-gpt' },
      asAccepted: true,
      newlyFailed: [],
    }));
    expect(exitCode(claims, { ...counted, wanted: 2, named: true })).toBe(EXIT_CODES.cannotRun);
    expect(exitCode(claims, { ...counted, wanted: 2 })).toBe(EXIT_CODES.asAccepted);
    expect(exitCode(claims.slice(1), { ...counted, named: true })).toBe(EXIT_CODES.asAccepted);
  });

  it('says so where no claim could be measured at all', async () => {
    const nothing = storedResult({ verdict: 'not run', headline: undefined, controls: [] });
    expect(await codeOf(storedResult(), nothing)).toBe(EXIT_CODES.cannotRun);
    expect(await codeOf(nothing, nothing)).toBe(EXIT_CODES.cannotRun);
  });
});

describe('an error that ends a run', () => {
  it('is one line where the user asked for what cannot be done, and sends no command to the terminal', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const name = 'a\u001b]0;title\u0007\n\u202eb';
    expect(exitCodeOfError(new UsageError(`--model ${name}: there is no such folder.`))).toBe(EXIT_CODES.cannotRun);
    expect(write).toHaveBeenLastCalledWith('error: --model a ]0;title b: there is no such folder.\n');
    expect(exitCodeOfError(new Interrupted('Stopped.'))).toBe(EXIT_CODES.interrupted);
    expect(write).toHaveBeenLastCalledWith('error: Stopped.\n');
  });

  it('has its stack where it is a fault of the program, with the same care', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(exitCodeOfError(new Error('no such key \u001b[2J'))).toBe(EXIT_CODES.cannotRun);
    expect(write).toHaveBeenLastCalledWith(expect.stringMatching(/^Error: no such key {2}?\[2J\n +at /));
  });
});
