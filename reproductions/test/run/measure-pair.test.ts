import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAs, type Scale, storedResultSchema } from '../../src/claim/schema';
import { statistic } from '../../src/claim/statistic';
import { material as materialOf } from '../../src/materials/material';
import { measurePair, overBudget, timeLimit } from '../../src/run/measure-pair';
import { NotRun } from '../../src/run/not-run';
import { type Pair, pairOf } from '../../src/run/plan';
import { type Settings, Store } from '../../src/run/store';
import { type Means, type ToySpec, toyClaim, toyMaterial } from '../claim/toy';
import { folderOfFile, subjectIn, tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { FINGERPRINT } from './stored-result';

const means: Means = { trained: { first: 2, second: 3 }, untrained: { first: 0, second: 0 } };
let folder: string;
let settings: Settings;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await folderOfFile();
  await tinyCheckpoint(folder, 'bert', { head: false });
  settings = { seed: 1, backend: 'cpu', threads: 1, out: join(folder, 'out'), resume: false };
});
const storeOf = (name = '') => new Store(subjectIn(join(folder, name)), 'checkpoint', settings, '');
const pairWith = (change: Partial<ToySpec> = {}): Pair =>
  pairOf({ ...toyClaim(means, change), file: 'toy.ts' }, subjectIn(folder));

describe('measuring a pair', () => {
  it('gives a result with who was measured, by what, and what it cost', async () => {
    const store = storeOf();
    const stored = await measurePair(pairWith(), store, FINGERPRINT);
    expect(parseAs(storedResultSchema, JSON.parse(JSON.stringify(stored)), 'it')).toEqual(stored);
    expect(stored.result).toMatchObject({
      id: 'toy-2000/c1-above',
      subject: 'tiny',
      scale: 'checkpoint',
      verdict: 'reproduced',
      label: 'reproduced · tiny',
      sentence: 'tiny: first.',
      fingerprint: FINGERPRINT,
    });
    expect(stored.provenance.engine).toMatchObject({ backend: 'cpu' });
    expect(Object.keys(stored.runtime.materials)).toEqual(['toy (trained)', 'toy (untrained)']);
    expect(new Date(stored.runtime.finished).getTime()).toBeGreaterThan(0);
    // the claim's own seconds are counted apart from those of its materials
    expect(stored.runtime.seconds).toBeGreaterThan(0);
    await store.dispose();
  });

  it('does not charge a claim with materials that an earlier one has made', async () => {
    const store = storeOf();
    const material = toyMaterial(means);
    const first = await measurePair(pairWith({ material }), store, FINGERPRINT);
    const second = await measurePair(pairWith({ material }), store, FINGERPRINT);
    expect(second.result).toEqual(first.result);
    expect(Object.keys(first.runtime.materials)).toHaveLength(2);
    expect(second.runtime.materials).toEqual({});
    await store.dispose();
  });

  it('writes null where JSON has no number, and takes such an interval for no answer', async () => {
    const store = storeOf();
    const constant: Partial<ToySpec> = {
      measure: ({ units, first }) => {
        const [value] = first;
        return {
          first: statistic(units, 'constant', () => value!),
          second: statistic(units, 'constant', () => value!),
        };
      },
    };
    const { result } = await measurePair(pairWith(constant), store, FINGERPRINT);
    expect(result.verdict).toBe('inconclusive');
    expect(result.criteria[0]).toMatchObject({ status: 'degenerate', parts: [{ interval: [null, null] }] });
    await store.dispose();
  });

  it('gives "not run" with the reason where the subject lacks what the claim needs', async () => {
    const store = storeOf();
    const stored = await measurePair(pairWith({ needs: ['readout'] }), store, FINGERPRINT);
    expect(stored.result).toMatchObject({
      verdict: 'not run',
      label: 'not run · tiny',
      reason: 'tiny cannot be asked: it has no head that predicts tokens',
      sentence: 'Not run: tiny cannot be asked: it has no head that predicts tokens.',
      criteria: [],
      n: 0,
    });
    expect(stored.provenance.engine).toBeNull();
    expect(() => parseAs(storedResultSchema, stored, 'it')).not.toThrow();
    await store.dispose();
  });

  it('asks a claim about next tokens of a causal model, and not of one that reads both sides', async () => {
    const causal = join(folder, 'causal');
    mkdirSync(causal);
    await tinyCheckpoint(causal, 'gpt2');
    const verdicts = [];
    for (const name of ['', 'causal']) {
      const store = storeOf(name);
      const { result } = await measurePair(pairWith({ needs: ['causal'] }), store, FINGERPRINT);
      verdicts.push([result.verdict, result.reason]);
      await store.dispose();
    }
    expect(verdicts).toEqual([
      ['not run', 'tiny cannot be asked: it reads both sides of a token, and the claim is about the next one'],
      ['reproduced', expect.any(String)],
    ]);
  });

  it('gives "not run" where the subject is not here', async () => {
    const store = storeOf('absent');
    const { result } = await measurePair(pairWith({ needs: ['memories'] }), store, FINGERPRINT);
    expect(result).toMatchObject({ verdict: 'not run', reason: 'tiny is not here: its folder is gone' });
    await store.dispose();
  });

  it('gives "not run" where a material says so', async () => {
    const store = storeOf();
    const missing = materialOf<never>({
      name: 'labels',
      needs: [],
      source: 'nowhere',
      make: () => Promise.reject(new NotRun('there are no labels here; get them')),
    });
    const { result } = await measurePair(pairWith({ material: missing }), store, FINGERPRINT);
    expect(result).toMatchObject({ verdict: 'not run', reason: 'there are no labels here; get them' });
    await store.dispose();
  });

  it('that fails says what was being done, every time that it fails', async () => {
    const store = storeOf();
    const material = toyMaterial(means);
    const failing = (change: Partial<ToySpec>) => measurePair(pairWith(change), store, FINGERPRINT);
    await expect(
      failing({
        material,
        measure: () => {
          throw new Error('no such key');
        },
      }),
    ).rejects.toThrow(/^no such key \(while measuring\)$/);
    const tables = materialOf<never>({
      name: 'tables',
      needs: [],
      source: 'nowhere',
      make: () => Promise.reject(new Error('no such table')),
    });
    for (let claim = 0; claim < 2; claim++)
      await expect(failing({ material: tables })).rejects.toThrow(
        /^no such table \(while making tables \(trained\)\)$/,
      );
    const above = materialOf<never>({
      name: 'rooms',
      needs: [],
      source: 'nowhere',
      uses: [tables],
      make: ({ get }) => get(tables),
    });
    await expect(failing({ material: above })).rejects.toThrow(/^no such table \(while making tables \(trained\)\)$/);
    // what failed is over: the next claim is not told of it
    await expect(
      failing({
        material,
        sentence: () => {
          throw 'no words';
        },
      }),
    ).rejects.toThrow(/^no words \(while measuring\)$/);
    await store.dispose();
  });
});

describe('a budget', () => {
  const corpus = materialOf({ name: 'corpus', needs: [], budget: { seconds: 30, megabytes: 50 }, make: async () => 0 });
  const { claim } = pairWith({ budget: { seconds: 10, megabytes: 100 } });
  const pair = (scale: Scale = 'mini') => ({
    claim: { ...claim, material: { ...claim.material, uses: [corpus] } },
    scale,
  });
  const over = (seconds: number, megabytes: number, made = {}, scale?: Scale) =>
    overBudget(pair(scale), { seconds, megabytes }, made).overBudget;

  it('may be exceeded, but not twofold', () => {
    expect(over(20, 200)).toBeUndefined();
    expect(over(21, 50)).toBe('More than twice the budget: toy-2000/c1-above cost 21 seconds where 10 were planned.');
    expect(over(1, 300)).toContain('300 megabytes where 100');
  });

  it('of a material is that of all conditions together', () => {
    const made = (trained: number, untrained: number) => ({
      'corpus (trained)': { seconds: trained, megabytes: 90 },
      'corpus (untrained)': { seconds: untrained, megabytes: 90 },
      'another (trained)': { seconds: 1e4, megabytes: 1e4 },
    });
    expect(over(1, 1, made(30, 30))).toBeUndefined();
    expect(over(1, 1, made(30, 31))).toBe('More than twice the budget: corpus cost 61 seconds where 30 were planned.');
  });

  it('is not one for a checkpoint of the user’s, nor with tasks of GLUE', () => {
    expect(over(1e4, 1e4, {}, 'checkpoint')).toBeUndefined();
    expect(overBudget(pair(), { seconds: 1e4, megabytes: 1e4 }, {}, true)).toEqual({});
    expect(over(1e4, 1e4, {}, 'paper')).toContain('More than twice');
  });

  it('sets the time after which a pair is not waited for any more', () => {
    const limit = (scale: Scale) => timeLimit({ ...pairWith(), ...pair(scale) } as Pair);
    expect([limit('mini'), limit('checkpoint')]).toEqual([100_000, 0]);
  });
});
