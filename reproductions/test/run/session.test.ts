import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/run/options';
import { comparesWithAccepted, isKept, settingsOf } from '../../src/run/session';
import { storedResult } from './stored-result';

describe('the settings of a run', () => {
  it('are what the options say', () => {
    expect(settingsOf(parseOptions([]), '/out')).toEqual({ seed: 1, out: '/out', resume: false });
    expect(settingsOf(parseOptions([]), '/out', 2)).toEqual({ seed: 1, threads: 2, out: '/out', resume: false });
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
