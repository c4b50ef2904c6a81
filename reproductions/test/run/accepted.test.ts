import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { withoutSubject } from '../../src/claim/schema';
import { acceptedFolder, failedControls, isAsAccepted, readAccepted, writeAccepted } from '../../src/run/accepted';
import { readCatalogue } from '../../src/run/catalogue';
import { subjects } from '../../src/subjects';
import { storedResult, withFailedControls } from './stored-result';

const { id } = storedResult().result;
const withHeadline = (value: number) => storedResult({ headline: { ...storedResult().result.headline!, value } });

describe('accepted verdicts', () => {
  it('are recorded with the reason, which stays while the result does', async () => {
    const folder = await temporaryFolder();
    expect(readAccepted('mini-gpt', folder).claims).toEqual({});
    expect(writeAccepted([storedResult()], 'first measured', folder)).toEqual([join(folder, 'mini-gpt.json')]);
    writeAccepted([storedResult()], 'nothing new', folder);
    const entry = { verdict: 'reproduced', headline: 40, monteCarloError: 0.05, seconds: 5, reason: 'first measured' };
    expect(readAccepted('mini-gpt', folder).claims).toEqual({ [id]: entry });
    writeAccepted([withHeadline(41)], 'a longer training', folder);
    expect(readAccepted('mini-gpt', folder).claims[id]).toMatchObject({ headline: 41, reason: 'a longer training' });
    writeAccepted([{ ...withHeadline(41), ...storedResult({ verdict: 'partially' }) }], 'a new rule', folder);
    expect(readAccepted('mini-gpt', folder).claims[id]).toMatchObject({ verdict: 'partially', reason: 'a new rule' });
  });

  it('lie in a file for each subject; those that were not measured now stay', async () => {
    const folder = await temporaryFolder();
    const [mine, other] = [storedResult(), storedResult({ subject: 'mini-bert', verdict: 'partially' })];
    writeAccepted([mine, other], 'first measured', folder);
    expect(readdirSync(folder).sort()).toEqual(['mini-bert.json', 'mini-gpt.json']);
    writeAccepted([storedResult({ id: 'geva-2021/c1-keys-have-patterns' })], 'one more', folder);
    const { claims } = readAccepted('mini-gpt', folder);
    expect(Object.keys(claims)).toEqual(['geva-2021/c1-keys-have-patterns', id]);
    expect(readAccepted('mini-bert', folder).claims[id]!.verdict).toBe('partially');
  });

  it('of times may be left undecided by the times of another machine, but not contradicted', () => {
    for (const timed of [true, undefined] as const) {
      const record = timed ? { timed } : {};
      expect(isAsAccepted(record, 'reproduced', 'reproduced')).toBe(true);
      expect(isAsAccepted(record, 'inconclusive', 'reproduced')).toBe(timed === true);
      expect(isAsAccepted(record, 'not reproduced', 'reproduced')).toBe(false);
      expect(isAsAccepted(record, 'reproduced', 'inconclusive')).toBe(false);
      expect(isAsAccepted(record, 'inconclusive')).toBe(false);
    }
  });

  it('keep the controls that had failed, with what was measured', async () => {
    const folder = await temporaryFolder();
    const stored = withFailedControls('bookkeeping');
    writeAccepted([stored], 'first measured', folder);
    expect(readAccepted('mini-gpt', folder).claims[id]!.failedControls).toEqual({ bookkeeping: 'nothing is off' });
    expect(failedControls(stored.result).map(({ name }) => name)).toEqual(['bookkeeping']);
  });

  it('keep what each material took, whichever claim it was made for', async () => {
    const folder = await temporaryFolder();
    const [first, second] = [storedResult(), storedResult({ id: 'geva-2021/c1-keys-have-patterns' })];
    first.runtime.materials = { 'triggers (trained)': { seconds: 41.2, megabytes: 100 } };
    second.runtime.materials = { 'patterns (trained)': { seconds: 3, megabytes: 10 } };
    writeAccepted([first, second], 'first measured', folder);
    const both = { 'patterns (trained)': 3, 'triggers (trained)': 42 };
    expect(readAccepted('mini-gpt', folder).materials).toEqual(both);
    writeAccepted([storedResult()], 'resumed', folder);
    expect(readAccepted('mini-gpt', folder).materials).toEqual(both);
  });

  it('are refused where the file is not one', async () => {
    const folder = await temporaryFolder();
    const claims = { x: { verdict: 'proved' } };
    writeFileSync(join(folder, 'x.json'), JSON.stringify({ schemaVersion: 2, subject: 'x', claims, materials: {} }));
    expect(() => readAccepted('x', folder)).toThrow(/x\.json does not fit its schema[\s\S]*verdict/);
  });

  it('of the repository are those of claims and subjects that exist', async () => {
    const ids = (await readCatalogue()).claims.map(({ record }) => record.id);
    const names = readdirSync(acceptedFolder).map((file) => basename(file, '.json'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect([...withoutSubject, ...subjects.map(({ id }) => id)]).toContain(name);
      const { subject, claims } = readAccepted(name);
      expect(subject).toBe(name);
      for (const claim of Object.keys(claims)) expect(ids).toContain(claim);
    }
  });
});
