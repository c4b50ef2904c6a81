import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf, readRecordings, writeRecordings } from '../../src/report/recorded';
import { parseOptions } from '../../src/run/options';
import { exampleReport } from './example';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hub = 'org/tiny.gpt@0123abc';
const report = (names: readonly string[] = ['tiny']) => exampleReport(names);

describe('recordings', () => {
  it('keep the results of each subject, with the day, the command and the provenance', () => {
    const files = writeRecordings(
      report(['one', 'two']),
      parseOptions(['--subject', 'one', '--subject', 'two']),
      folder,
    );
    expect(files).toEqual([join(folder, 'one', 'report.json'), join(folder, 'two', 'report.json')]);
    const recordings = readRecordings(folder);
    expect(recordings.map(({ subject }) => subject.id)).toEqual(['one', 'two']);
    const { claims } = report(['one', 'two']);
    expect(recordings[1]!.claims.map(({ result }) => result)).toEqual(
      [claims[3]!, claims[1]!].map(({ result }) => result),
    );
    expect(recordings[1]!.claims[0]!.recorded).toEqual({
      day: '2026-01-01',
      command: 'pnpm reproduce --subject two',
      provenance: report().provenance.hash,
    });
  });

  it('keep earlier results of claims that the run did not measure, and correct p-values over all of them', () => {
    const both = report();
    const second = { ...both.claims[1]!, claim: { ...both.claims[1]!.claim, id: 'geva-2021/c11-x' } };
    second.result = { ...second.result, id: 'geva-2021/c11-x', criteria: structuredClone(second.result.criteria) };
    second.result.criteria[0]!.parts[0] = { label: 'a', estimate: 4, interval: [3, 5], status: 'holds' };
    writeRecordings({ ...both, claims: [second] }, parseOptions([]), folder);
    const alone = readRecordings(folder)[0]!.claims[0]!.significance!;
    expect(alone.holm).toBe(alone.p);
    const later = {
      ...both,
      claims: [both.claims[1]!],
      runtime: { ...both.runtime, finished: '2026-02-02T10:00:00Z' },
    };
    writeRecordings(later, parseOptions(['--only', 'geva-2021/c10*']), folder);
    const [{ claims }] = readRecordings(folder) as [ReturnType<typeof readRecordings>[number]];
    expect(claims.map(({ claim, recorded }) => [claim.id, recorded.day])).toEqual([
      ['geva-2021/c10-residual-holds-answer', '2026-02-02'],
      ['geva-2021/c11-x', '2026-01-01'],
    ]);
    // C10's p-value is far smaller, so that of the other stays the largest of two: Holm leaves it as it is.
    expect(claims[1]!.significance!.holm).toBeCloseTo(alone.p, 12);
    expect(claims[0]!.significance!.holm).toBeCloseTo(2 * claims[0]!.significance!.p, 12);
  });

  it('of other settings than everyone’s are a column of their own', () => {
    writeRecordings(report(), parseOptions([]), folder);
    writeRecordings(report(), parseOptions(['--with-glue', '--seed', '2']), folder);
    const [plain, changed] = readRecordings(folder);
    expect(plain!.subject.id).toBe('tiny');
    expect(changed!.subject).toEqual({ ...plain!.subject, id: 'tiny-with-glue-seed-2' });
    expect(new Set(changed!.claims.map(({ result }) => result.subject))).toEqual(new Set([changed!.subject.id]));
    expect(changed!.claims[0]!.recorded.command).toMatch(/ --seed 2 --with-glue$/);
  });

  it('do not replace anything where the subject could not be measured', () => {
    writeRecordings(report(), parseOptions([]), folder);
    const before = readFileSync(join(folder, 'tiny', 'report.json'), 'utf8');
    const nothing = report();
    nothing.claims = nothing.claims.slice(0, 1);
    expect(nothing.claims[0]!.result.verdict).toBe('not run');
    expect(writeRecordings(nothing, parseOptions([]), folder)).toEqual([]);
    expect(readFileSync(join(folder, 'tiny', 'report.json'), 'utf8')).toBe(before);
  });

  it('have nothing of the machine that they were made on', () => {
    const subject = { id: 'tiny', name: join(folder, 'models', 'tiny') };
    const made = { ...report(), subjects: [subject] };
    const options = parseOptions(['--model', subject.name, '--out', join(folder, 'out'), '--threads', '4']);
    const [file] = writeRecordings(made, options, folder);
    const text = readFileSync(file!, 'utf8');
    expect(text).not.toContain(folder);
    expect(readRecordings(folder)[0]!.claims[0]!.recorded.command).toBe('pnpm reproduce --model tiny --threads 4');
  });

  it('name a file that does not fit', () => {
    const [file] = writeRecordings(report(), parseOptions([]), folder);
    writeFileSync(file!, '{}');
    expect(() => readRecordings(folder)).toThrow(file);
    expect(readRecordings(join(folder, 'absent'))).toEqual([]);
  });

  it.each([
    [
      ['--only', 'geva-2021/c1*', '--seed', '3', '--sample', '20'],
      'tiny',
      "--subject tiny --only 'geva-2021/c1*' --seed 3 --sample 20",
    ],
    [
      ['--model', 'org/tiny.gpt', '--scale', 'paper', '--paper', 'geva-2021', '--paper', 'zhao-2021'],
      hub,
      `--model ${hub} --scale paper --paper geva-2021 --paper zhao-2021`,
    ],
    [
      ['--model', '../a b/my model/', '--smoke', '--backend', 'cpu', '--json', '--resume'],
      '../a b/my model/',
      "--model 'my model' --backend cpu --smoke",
    ],
    [
      ['--model', 'org/tiny.gpt', '--task', 'mnli', '--fraction', '0.1', '--paper', 'zhao-2021'],
      hub,
      `--model ${hub} --task mnli --fraction 0.1 --paper zhao-2021`,
    ],
    [['--model', 'm', '--task', 'rte'], 'm', '--model m --task rte'],
    [['--model', 'C:\\models\\tiny'], 'C:\\models\\tiny', '--model tiny'],
  ])('%j gives the command to type again', (args, name, command) => {
    expect(commandOf(parseOptions(args), { id: 'tiny', name })).toBe(`pnpm reproduce ${command}`);
  });
});
