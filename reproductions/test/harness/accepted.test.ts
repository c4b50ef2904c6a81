import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccepted, writeAccepted } from '../../src/harness/accepted';
import { overBudget, scaleOf, timeLimit } from '../../src/harness/budget';
import { canonicalJson } from '../../src/harness/canonical-json';
import { readCatalogue, workspace } from '../../src/harness/catalogue';
import { assembleResult } from '../../src/harness/measurement';
import { nearest } from '../../src/harness/nearest';
import { progress } from '../../src/harness/progress';
import { exampleMeasurement } from './example-measurement';

const catalogue = await readCatalogue();
const { claim } = catalogue.find(({ claim: { id } }) => id.includes('c10'))!;
const stored = (value = 40) => {
  const measured = exampleMeasurement();
  measured.headline.value = value;
  const result = assembleResult({ claim, scale: 'mini', fingerprint: '0'.repeat(64) }, measured);
  return { result, runtime: { seconds: 4.2, megabytes: 1, finished: '' } };
};

describe('accepted verdicts', () => {
  it('are recorded with the reason, which stays while the result does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'accepted-'));
    expect(readAccepted(folder, 'mini').claims).toEqual({});
    writeAccepted(folder, 'mini', [stored()], 'first measured');
    writeAccepted(folder, 'mini', [stored()], 'nothing new');
    const entry = { verdict: 'reproduced', headline: 40, monteCarloError: 0.05, seconds: 5, reason: 'first measured' };
    expect(readAccepted(folder, 'mini').claims).toEqual({ [claim.id]: entry });
    writeAccepted(folder, 'mini', [stored(41)], 'a longer training');
    expect(readAccepted(folder, 'mini').claims[claim.id]).toMatchObject({ headline: 41, reason: 'a longer training' });
  });

  it('are refused where the file is not one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'accepted-'));
    writeFileSync(join(folder, 'mini.json'), '{"schemaVersion":1,"scale":"mini","claims":{"x":{"verdict":"proved"}}}');
    expect(() => readAccepted(folder, 'mini')).toThrow(/mini\.json is not a file of accepted verdicts[\s\S]*verdict/);
  });

  it('of the repository name claims that exist', () => {
    const ids = catalogue.map((each) => each.claim.id);
    const text = readFileSync(join(workspace, 'accepted/mini.json'), 'utf8');
    for (const id of Object.keys(JSON.parse(text).claims)) expect(ids).toContain(id);
  });
});

describe('a budget', () => {
  it('may be exceeded, but not twofold', () => {
    const budget = { id: 'x', budget: { seconds: 10, megabytes: 100 } };
    expect(overBudget(budget, 'mini', { seconds: 20, megabytes: 200 })).toBeUndefined();
    expect(overBudget(budget, 'mini', { seconds: 21, megabytes: 50 })).toBe(
      'x cost more than twice its budget: 21 seconds where 10 were planned.',
    );
    expect(overBudget(budget, 'mini', { seconds: 1, megabytes: 300 })).toContain('300 megabytes where 100');
  });

  it('is not one for a checkpoint of the user’s', () => {
    const budget = { id: 'x', budget: { seconds: 10, megabytes: 100 } };
    expect(overBudget(budget, 'checkpoint', { seconds: 1e4, megabytes: 1e4 })).toBeUndefined();
    expect([timeLimit(budget, 'checkpoint'), timeLimit(budget, 'mini')]).toEqual([0, 25_000]);
    expect([scaleOf({ kind: 'exact' }, 'checkpoint'), scaleOf({ kind: 'proxy' }, 'checkpoint')]).toEqual([
      'exact',
      'checkpoint',
    ]);
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every depth and refuses what JSON would lose', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('NaN has no place in JSON');
    expect(() => canonicalJson(() => 1)).toThrow('function');
  });
});

it('nearest names come first', () => {
  expect(nearest('resum', ['reason', 'resume', 'seed'], 1)).toEqual(['resume']);
  expect(nearest('c1*', ['x/c0', 'x/c10', 'x/c7'], 1)).toEqual(['x/c10']);
});

it('progress tells what runs and how long the rest will take, at the pace so far', () => {
  const written: string[] = [];
  const bar = progress({ a: 90, b: 20 }, { write: (text) => written.push(text) });
  bar.start('a');
  bar.finish('a', 190); // 200 of 100 planned seconds, the ten to begin with counted
  bar.start('b');
  expect(written).toEqual(['measuring a (1 of 2), about 2 min left\n', 'measuring b (2 of 2), about 40 s left\n']);
});

it('progress inside a claim is told on a terminal, at the pace of the claim itself', () => {
  const written: string[] = [];
  let seconds = 0;
  const stream = { write: (text: string) => written.push(text.replace('\r\x1b[K', '')), isTTY: true };
  const bar = progress({ a: 60, b: 10 }, stream, () => 1000 * seconds);
  bar.start('a');
  seconds = 40;
  bar.advance('a', 0.5); // 30 s more as planned, 40 at its own pace: 35, and 10 for b
  bar.advance('a', 1);
  expect(written).toEqual([
    'measuring a (1 of 2), about 70 s left',
    'measuring a 50 % (1 of 2), about 45 s left',
    'measuring a 100 % (1 of 2), about 10 s left',
  ]);
  const log: string[] = [];
  progress({ a: 1 }, { write: (text) => log.push(text) }).advance('a', 0.5);
  expect(log).toEqual([]);
});
