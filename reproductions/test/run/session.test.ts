import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/run/options';
import { comparesWithAccepted, isKept, outputFolder, settingsOf } from '../../src/run/session';
import { UsageError } from '../../src/run/usage-error';
import { storedResult } from './stored-result';

describe('the output folder', () => {
  it('is made, relative to where the user is', async () => {
    const here = await temporaryFolder();
    expect(outputFolder('new/out', here)).toBe(join(here, 'new/out'));
    expect(readdirSync(join(here, 'new/out')).sort()).toEqual(['results', 'work']);
    expect(outputFolder(join(here, 'new/out'), '/elsewhere')).toBe(join(here, 'new/out'));
  });

  it.each([
    ['is a file', (here: string) => writeFileSync(join(here, 'out'), '')],
    [
      'has a file in the way',
      (here: string) => {
        mkdirSync(join(here, 'out'));
        writeFileSync(join(here, 'out/work'), '');
      },
    ],
  ])('that %s is refused with what to do', async (_, spoil) => {
    const here = await temporaryFolder();
    spoil(here);
    const take = () => outputFolder('out', here);
    expect(take).toThrow(UsageError);
    expect(take).toThrow(/^--out out: .*\/out cannot be written \(.+\); give another folder\.$/);
  });
});

describe('the settings of a run', () => {
  it('are what the options say, and all cores where they do not', () => {
    expect(settingsOf(parseOptions([]), '/out')).toEqual({
      seed: 1,
      threads: cpus().length,
      out: '/out',
      resume: false,
    });
    const args = [
      '--seed',
      '3',
      '--sample',
      '9',
      '--backend',
      'wasm',
      '--threads',
      '1',
      '--with-glue',
      '--thorough',
      '--resume',
    ];
    expect(settingsOf(parseOptions(args), '/out')).toEqual({
      seed: 3,
      sample: 9,
      glue: true,
      thorough: true,
      backend: 'wasm',
      threads: 1,
      out: '/out',
      resume: true,
    });
  });

  it('compare with accepted verdicts whole measurements of shipped models alone', () => {
    const compares = (...args: string[]) => comparesWithAccepted(parseOptions(args));
    expect(compares()).toBe(true);
    expect(compares('--seed', '2')).toBe(true);
    expect(compares('--sample', '9')).toBe(false);
    expect(compares('--with-glue')).toBe(false);
    expect(compares('--thorough')).toBe(false);
    expect(compares('--model', 'x')).toBe(false);
    expect(compares('--model', 'x', '--scale', 'paper')).toBe(false);
  });
});

it('a run that resumes keeps what was measured, but asks again what was not run and what follows from other claims', () => {
  expect(isKept(storedResult(), { kind: 'measured' })).toBe(true);
  expect(isKept(storedResult({ verdict: 'inconclusive' }), { kind: 'exact' })).toBe(true);
  expect(isKept(storedResult({ verdict: 'not run' }), { kind: 'measured' })).toBe(false);
  expect(isKept(storedResult(), { kind: 'derivedFrom' })).toBe(false);
});
