import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { workspace } from '../../src/folders';
import { hashFolder } from '../../src/run/artefacts';
import { sha256 } from '../../src/run/canonical-json';
import { readCatalogue } from '../../src/run/catalogue';
import { fingerprintOf, sourcesOf } from '../../src/run/fingerprint';
import { type Pair, pairOf } from '../../src/run/plan';
import type { Settings } from '../../src/run/store';
import type { Subject } from '../../src/subjects/subject';
import { toyClaim } from '../claim/toy';

const settings: Settings = { seed: 1, threads: 2, out: '/out', resume: false };

/** A claim in a file of its own that imports some others, and a subject with its files. */
async function scratch() {
  const folder = await temporaryFolder();
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  write('claim.ts', `import { a } from './a';\nexport * from './more';\nconst lazy = import('./lazy');\n`);
  write('a.ts', `import type { B } from '../${relative(join(folder, '..'), folder)}/b';\nimport 'node:fs';\n`);
  write('b.ts', `import { claim } from './claim';\n`);
  write('more/index.ts', 'export const x = 1;\n');
  write('lazy.ts', '');
  write('unrelated.ts', '');
  write('model/config.json', '{}');
  write('model/model.safetensors', 'weights');
  write('model/README.md', 'about it');
  const subject: Subject = { id: 'tiny', scale: 'checkpoint', variants: { base: join(folder, 'model') }, missing: '' };
  const pair = pairOf({ ...toyClaim({}), file: relative(workspace, join(folder, 'claim.ts')) }, subject);
  const fingerprint = (change: Partial<Settings> = {}, of: Pair = pair) =>
    fingerprintOf(of, { ...settings, ...change });
  return { folder, write, pair, fingerprint };
}

describe('the fingerprint of a pair', () => {
  it.each<[string, string, boolean]>([
    ['its own file', 'claim.ts', true],
    ['a file that it imports', 'a.ts', true],
    ['one that is imported by that, for a type', 'b.ts', true],
    ['the index of a folder that it passes on', 'more/index.ts', true],
    ['one that is imported on use', 'lazy.ts', true],
    ['a file that it does not import', 'unrelated.ts', false],
    ['the weights of its model', 'model/model.safetensors', true],
    ['the configuration of its model', 'model/config.json', true],
    ['what else lies beside the weights', 'model/README.md', false],
  ])('with %s: %s (%s)', async (_, name, changes) => {
    const { write, fingerprint } = await scratch();
    const before = fingerprint();
    expect(fingerprint()).toBe(before);
    write(name, '// changed\n');
    expect(fingerprint() !== before).toBe(changes);
  });

  it('changes with every setting that a number may depend on, and with no other', async () => {
    const { fingerprint } = await scratch();
    const before = fingerprint();
    for (const change of [
      { seed: 2 },
      { sample: 5 },
      { glue: true },
      { thorough: true },
      { backend: 'wasm' },
      { threads: 3 },
    ])
      expect(fingerprint(change), JSON.stringify(change)).not.toBe(before);
    for (const change of [{ out: '/elsewhere' }, { resume: true }])
      expect(fingerprint(change), JSON.stringify(change)).toBe(before);
  });

  it('changes with a second seed where the claim asks for every seed', async () => {
    const { fingerprint, pair } = await scratch();
    const variants = { ...pair.subject!.variants, 'seed-2': pair.subject!.variants.base! };
    const withSeed = { ...pair, subject: { ...pair.subject!, variants } };
    expect(fingerprint({}, withSeed)).toBe(fingerprint());
    const record = { ...pair.claim.record, needs: ['seeds' as const] };
    const asking = { claim: { ...pair.claim, record } };
    expect(fingerprint({}, { ...withSeed, ...asking })).not.toBe(fingerprint({}, { ...pair, ...asking }));
  });

  it('changes with the subject and with the record of the claim', async () => {
    const { fingerprint, pair } = await scratch();
    const before = fingerprint();
    expect(fingerprint({}, { ...pair, scale: 'paper' })).not.toBe(before);
    const { claim, subject } = pair;
    expect(fingerprint({}, { ...pair, subject: { ...subject!, variants: { base: '/nowhere' } } })).not.toBe(before);
    const on = (reads: Subject['reads']) => fingerprint({}, { ...pair, subject: { ...subject!, reads } });
    const readers = [
      on({ task: 'mnli', fraction: 0.1 }),
      on({ task: 'mnli', fraction: 0.2 }),
      on({ task: 'rte', fraction: 0.1 }),
    ];
    expect(new Set([before, ...readers]).size).toBe(4);
    const record = { ...claim.record, estimand: 'another' };
    expect(fingerprint({}, { ...pair, claim: { ...claim, record } })).not.toBe(before);
  });
});

describe('the sources of a claim', () => {
  it('are its file, what that imports, and the packages, but no other claim and none of the report', async () => {
    const { claims } = await readCatalogue();
    const { file } = claims.find(({ record }) => record.id.includes('c10'))!;
    const sources = Object.keys(sourcesOf([join(workspace, file)]));
    expect(sources).toEqual(
      expect.arrayContaining([
        'packages/ffn-memory/src/readout.ts',
        // behind a subpath import, which stands for one file here and for another in a browser
        'packages/tensor-compile/src/platform/node.ts',
        'packages/stats/src/cluster-bootstrap.ts',
        'reproductions/src/claim/estimator.ts',
        `reproductions/${file}`,
        'reproductions/src/papers/geva-2021/materials/readings.ts',
      ]),
    );
    const others = sources.filter((name) => name.includes('/claims/') && !name.endsWith(file));
    expect(others).toEqual([]);
    expect(sources.filter((name) => name.startsWith('reproductions/src/report/'))).toEqual([]);
  });

  it('are hashed by content', async () => {
    const { folder } = await scratch();
    const hashes = Object.entries(sourcesOf([join(folder, 'claim.ts')]));
    expect(hashes).toHaveLength(5);
    expect(hashes.find(([name]) => name.endsWith('more/index.ts'))![1]).toBe(sha256('export const x = 1;\n'));
  });
});

describe('the files of a checkpoint', () => {
  it('are those that decide what it computes, hashed in pieces', async () => {
    const { folder, write } = await scratch();
    write('model/vocab.txt', '[UNK]\n');
    write('model/pytorch_model.bin', 'x');
    const large = 'w'.repeat(5_000_000);
    write('model/model-00001-of-00002.safetensors', large);
    expect(hashFolder(join(folder, 'model'), 'tiny')).toEqual({
      'tiny/config.json': sha256('{}'),
      'tiny/model-00001-of-00002.safetensors': sha256(large),
      'tiny/model.safetensors': sha256('weights'),
      'tiny/vocab.txt': sha256('[UNK]\n'),
    });
    expect(hashFolder(undefined, 'tiny')).toEqual({});
    expect(hashFolder('/nowhere', 'tiny')).toEqual({});
  });
});
