import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../src/claim/claim';
import { type Bench, type Material, material } from '../../src/materials/material';
import { backend } from '../../src/materials/nothing';
import { NotRun } from '../../src/run/not-run';
import { writeResult } from '../../src/run/results';
import { type Settings, Store } from '../../src/run/store';
import { type Specimen, valuesOf } from '../../src/subjects/specimen';
import { Unavailable } from '../../src/subjects/subject';
import { folderOfFile, subjectIn, tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { storedResult } from './stored-result';

let folder: string;
let settings: Settings;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await folderOfFile();
  for (const [name, family, head] of [
    ['gpt', 'gpt2', true],
    ['headless', 'bert', false],
  ] as const) {
    mkdirSync(join(folder, name));
    await tinyCheckpoint(join(folder, name), family, { head });
  }
  settings = { seed: 7, sample: 5, backend: 'cpu', threads: 1, out: join(folder, 'out'), resume: true };
});
const storeOf = (name = 'gpt') => new Store(subjectIn(join(folder, name)), 'checkpoint', settings, 'about it');

/** A material that notes who makes it. */
function counted(name: string, more: Partial<Material<{ condition: string }>> = {}) {
  const made: string[] = [];
  const of = material<{ condition: string }>({
    name,
    needs: [],
    make: async (bench) => {
      made.push(bench.condition);
      bench.artefact(`${name} was read`, bench.condition);
      return { condition: bench.condition };
    },
    ...more,
  });
  return { made, of };
}

it('a claim learns the verdicts of other claims that its run asks, on its subject or of an exact claim', async () => {
  const out = join(folder, 'verdicts');
  const asked = ['tiny/geva-2021/c1-x', 'exact/geva-2021/c2-x', 'tiny/geva-2021/c4-x'];
  for (const [key, verdict] of [
    ['tiny/geva-2021/c1-x', 'partially'],
    ['exact/geva-2021/c2-x', 'reproduced'],
    ['tiny/geva-2021/c3-x', 'reproduced'],
    ['other/geva-2021/c4-x', 'reproduced'],
  ] as const)
    writeResult(out, key, storedResult({ verdict }));
  const store = new Store(subjectIn(join(folder, 'gpt')), 'checkpoint', { ...settings, out, asked }, 'about it');
  const { verdictOf } = store.bench().bench;
  // The third is of an earlier run, the fourth of another subject.
  expect(['c1', 'c2', 'c3', 'c4'].map((id) => verdictOf(`geva-2021/${id}-x`))).toEqual([
    'partially',
    'reproduced',
    undefined,
    undefined,
  ]);
  await store.dispose();
});

describe('a material', () => {
  it('is made once for each condition, whoever asks for it', async () => {
    const store = storeOf();
    const { made, of } = counted('states');
    const [first, second] = [store.bench().bench, store.bench().bench];
    const [one, again] = await Promise.all([first.get(of), second.get(of)]);
    expect(again).toBe(one);
    expect(await first.get(of, 'untrained')).toEqual({ condition: 'untrained' });
    expect(await second.get(of, 'untrained')).toBe(await first.get(of, 'untrained'));
    expect(made).toEqual(['trained', 'untrained']);
    await store.dispose();
  });

  it('makes a claim "not run" where what it reads is not here', async () => {
    const store = storeOf();
    const make = async () => Promise.reject(new Unavailable('the text is not here: put it there'));
    const reading = store.bench().bench.get(material({ name: 'text', needs: [], make }));
    await expect(reading).rejects.toThrow(new NotRun('the text is not here: put it there'));
    await expect(reading).rejects.toBeInstanceOf(NotRun);
    await store.dispose();
  });

  it('is made once for all conditions where they share it', async () => {
    const store = storeOf();
    const { made, of } = counted('corpus', { shared: true });
    const user = counted('states', { make: async (bench) => ({ condition: (await bench.get(of)).condition }) });
    const { bench } = store.bench();
    for (const condition of ['untrained', 'trained', 'shuffled'])
      expect(await bench.get(user.of, condition)).toEqual({ condition: 'trained' });
    expect(made).toEqual(['trained']);
    await store.dispose();
  });

  it('is made of others under its own condition, and under another where it says so', async () => {
    const store = storeOf();
    const inner = counted('triggers');
    const outer = material({
      name: 'memories',
      needs: [],
      make: async (bench: Bench) => [await bench.get(inner.of), await bench.get(inner.of, 'trained')],
    });
    const { bench } = store.bench();
    expect(await bench.get(outer, 'shuffled')).toEqual([{ condition: 'shuffled' }, { condition: 'trained' }]);
    expect(inner.made).toEqual(['shuffled', 'trained']);
    await store.dispose();
  });

  it('brings what was read for it to every claim that reads it, made anew or not', async () => {
    const store = storeOf();
    const inner = counted('corpus', { shared: true });
    const outer = counted('states', {
      make: async (bench) => {
        bench.artefact('weights', 'abc');
        return bench.get(inner.of);
      },
    });
    const [first, second, other] = [store.bench(), store.bench(), store.bench()];
    await first.bench.get(outer.of);
    await second.bench.get(outer.of);
    await other.bench.get(inner.of);
    expect(first.artefacts).toEqual({ weights: 'abc', 'corpus was read': 'trained' });
    expect(second.artefacts).toEqual(first.artefacts);
    expect(other.artefacts).toEqual({ 'corpus was read': 'trained' });
    await store.dispose();
  });

  it('has a cost of its own, without that of what it is made of', async () => {
    const store = storeOf();
    const inner = counted('corpus', {
      shared: true,
      make: async () => {
        await new Promise((done) => setTimeout(done, 120));
        return { condition: '' };
      },
    });
    const outer = counted('states', { make: (bench) => bench.get(inner.of) });
    await store.bench().bench.get(outer.of, 'untrained');
    expect(Object.keys(store.spent).sort()).toEqual(['corpus (trained)', 'states (untrained)']);
    // However slow the machine: the outer one waits for the inner one, and counts none of it.
    const [corpus, states] = [store.spent['corpus (trained)']!, store.spent['states (untrained)']!];
    expect(corpus.seconds).toBeGreaterThan(0.1);
    expect(states.seconds).toBeLessThan(corpus.seconds);
    await store.dispose();
  });

  it('that could not be made is not made again, and every claim is told why', async () => {
    const store = storeOf();
    const { made, of } = counted('states', {
      make: async (bench) => {
        made.push(bench.condition);
        throw new Error('no such table');
      },
    });
    for (let claim = 0; claim < 2; claim++) await expect(store.bench().bench.get(of)).rejects.toThrow('no such table');
    expect(made).toEqual(['trained']);
    await store.dispose();
  });

  it('is not taken for another one of its name', async () => {
    const store = storeOf();
    const { bench } = store.bench();
    await bench.get(counted('states').of);
    const other = counted('states');
    await expect(bench.get(other.of)).rejects.toThrow('Two materials are called "states"; rename one of them.');
    expect(other.made).toEqual([]);
    await store.dispose();
  });

  it('gets the settings of the run, a place for its work, and tells how far it is', async () => {
    const store = storeOf();
    const events: unknown[] = [];
    store.onProgress = (...event) => events.push(event);
    const seen = await store.bench().bench.get(
      material({
        name: 'states',
        needs: [],
        make: async (bench: Bench) => {
          bench.progress(0.5);
          const { scale, seed, sample, condition } = bench;
          return { scale, seed, sample, condition, work: bench.work('x.safetensors') };
        },
      }),
      'untrained',
    );
    expect(seen).toEqual({
      scale: 'checkpoint',
      seed: 7,
      sample: 5,
      condition: 'untrained',
      work: {
        file: join(folder, 'out/work/tiny/untrained-x.safetensors'),
        beside: join(folder, 'out/work/tiny/help-untrained-x.safetensors'),
        about: 'untrained, about it',
        resume: true,
      },
    });
    expect(events).toEqual([['states (untrained)', 0.5]]);
    await store.dispose();
  });
});

it('a helper works on the trained model beside the process that makes a material, and leaves what is missing to that one', async () => {
  const store = storeOf();
  const helped: unknown[] = [];
  const help = async ({ condition, work }: Bench) => void helped.push(condition, work('x.json'));
  const of = (help: Material<unknown>['help']) => material({ name: 'states', needs: [], make: async () => 0, help });
  await store.help(of(help), 'trained');
  expect(helped).toEqual([
    'trained',
    {
      file: join(folder, 'out/work/tiny/help-trained-x.json'),
      beside: join(folder, 'out/work/tiny/trained-x.json'),
      about: 'trained, about it',
      resume: true,
    },
  ]);
  await store.help(
    of(() => Promise.reject(new NotRun('there is none'))),
    'trained',
  );
  await expect(
    store.help(
      of(() => Promise.reject(new Error('broken'))),
      'trained',
    ),
  ).rejects.toThrow('broken');
  await store.dispose();
});

describe('the model under a condition', () => {
  it('is opened once, and all of it is freed at the end', async () => {
    await expectConservesTensors(async () => {
      const store = storeOf();
      const values = material({
        name: 'values',
        needs: ['memories', 'readout'],
        make: async (bench: Bench) => {
          const specimen = await bench.specimen();
          expect(await bench.specimen()).toBe(specimen);
          return Array.from((await valuesOf(specimen, 0)).data);
        },
      });
      const { bench } = store.bench();
      const rows = (flat: readonly number[]) => {
        const sums = Array.from({ length: 60 }, (_, cell) => flat.slice(16 * cell, 16 * cell + 16).join());
        return { ordered: sums, sorted: [...sums].sort() };
      };
      const [trained, untrained, shuffled] = await Promise.all(
        ['trained', 'untrained', 'shuffled'].map(async (condition) => rows(await bench.get(values, condition))),
      );
      expect(untrained!.sorted).not.toEqual(trained!.sorted);
      expect(shuffled!.sorted).toEqual(trained!.sorted);
      expect(shuffled!.ordered).not.toEqual(trained!.ordered);
      expect(tf.memory().numTensors).toBeGreaterThan(0);
      await store.dispose();
    });
  });

  it('of a large model makes room for the next one, but for one that a material is being made of', async () => {
    const large = join(folder, 'large');
    mkdirSync(large);
    await tinyCheckpoint(large, 'gpt2', { cells: 20_001 });
    await expectConservesTensors(async () => {
      const store = new Store(subjectIn(large), 'checkpoint', settings, 'about it');
      const { bench } = store.bench();
      const models = material({ name: 'models', needs: [], make: (bench: Bench) => bench.specimen() });
      const freed = ({ weights }: Specimen) => Object.values(weights).every(({ isDisposed }) => isDisposed);
      const both = material({
        name: 'models of two conditions',
        needs: [],
        async make(bench: Bench) {
          const first = await bench.specimen();
          return { first, second: await bench.get(models, 'shuffled'), kept: !freed(first) };
        },
      });
      const untrained = await bench.get(models, 'untrained');
      const { first, second, kept } = await bench.get(both, 'permuted');
      expect([freed(untrained), kept]).toEqual([true, true]);
      await bench.get(material({ ...models, name: 'the last' }), 'untrained');
      expect([first, second, await bench.specimen()].map(freed)).toEqual([true, true, false]);
      await store.dispose();
    });
  });

  it('is that of the variant asked for, and a variant that the subject does not have makes a claim "not run"', async () => {
    const variants = { base: join(folder, 'gpt'), other: join(folder, 'headless') };
    const store = new Store(subjectIn('', { variants }), 'checkpoint', settings, 'about it');
    const { bench } = store.bench();
    expect((await bench.specimen()).kind).toBe('causal');
    const other = await bench.specimen('other');
    expect(other.kind).toBe('masked');
    expect(await bench.specimen('other')).toBe(other);
    await store.require(['variant:other'], () => 'x');
    await expect(store.require(['variant:no-ffn', 'variant:other'], (id) => `${id} cannot be asked`)).rejects.toThrow(
      'tiny cannot be asked: it has no variant trained as no-ffn',
    );
    await store.dispose();
  });

  it('that lacks what a material needs makes it "not run"', async () => {
    const store = storeOf('headless');
    const { bench } = store.bench();
    const needy = counted('predictions', { needs: ['memories', 'readout'] });
    await expect(bench.get(needy.of)).rejects.toThrow(NotRun);
    await expect(bench.get(needy.of)).rejects.toThrow(
      'predictions cannot be measured on tiny: it has no head that predicts tokens',
    );
    expect(needy.made).toEqual([]);
    await expect(bench.get(counted('readings', { needs: ['memories'] }).of)).resolves.toBeDefined();
    await store.dispose();
  });

  it('that is not there makes it "not run"', async () => {
    const store = storeOf('absent');
    const specimen = store.bench().bench.specimen();
    await expect(specimen).rejects.toThrow(NotRun);
    await expect(specimen).rejects.toThrow('tiny is not here: its folder is gone');
    await store.dispose();
  });

  it('is computed by what the result says', async () => {
    const store = storeOf();
    expect(await store.engine()).toMatchObject({ backend: 'cpu', eager: 'cpu', threads: 1 });
    await store.dispose();
  });
});

describe('without a model', () => {
  it('nets that a claim trains have the engine that trains them', async () => {
    const store = new Store(undefined, 'toy-nets', settings, 'about it');
    expect(await store.engine()).toMatchObject({ backend: 'cpu' });
    expect(store.bench().bench.seeds).toEqual([]);
    expect(store.bench().bench.work('x').file).toBe(join(folder, 'out/work/toy-nets/trained-x'));
    await store.dispose();
  });

  it('an exact claim has a backend and no engine', async () => {
    const store = new Store(undefined, 'exact', settings, 'about it');
    const { bench } = store.bench();
    expect((await bench.get(backend)) satisfies Sample).toMatchObject({ dropped: [] });
    expect(tf.getBackend()).toBe('cpu');
    expect(await store.engine()).toBeNull();
    expect(bench.work('x').file).toBe(join(folder, 'out/work/exact/trained-x'));
    await expect(bench.specimen()).rejects.toThrow('A claim that needs no subject has no model.');
    await store.dispose();
  });
});

it('a backend that does not work makes every claim "not run", with the reason', async () => {
  const store = new Store(subjectIn(join(folder, 'gpt')), 'checkpoint', { ...settings, backend: 'abacus' }, '');
  for (const claim of [store.bench(), store.bench()])
    await expect(claim.bench.specimen()).rejects.toMatchObject({
      name: 'NotRun',
      message: expect.stringMatching(/abacus.*[^.]$/),
    });
  // Others are not touched by that.
  expect(await storeOf().engine()).toMatchObject({ backend: 'cpu' });
});
