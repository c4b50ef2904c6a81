import { join } from 'node:path';
import { swap } from '@interlayer/layer-permute';
import type { Runtime } from '@interlayer/runtime';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench, Material } from '../../../src/materials/material';
import { CONTROL, continued } from '../../../src/papers/zhao-2021/materials/continued';
import type { Trial } from '../../../src/papers/zhao-2021/materials/trial';
import { bertLike, compiledRuntime, type Tiny } from '../../subjects/tiny-models';

const trials: Trial[] = [
  { name: 'MLP replaced', changes: [{ part: 'mlp', how: 'replaced', layers: [1] }] },
  { name: 'ends', order: swap(3, 0, 2) },
];
const material = continued({ name: 'toy trials', sample: 'two trials', seconds: 60, trials: () => trials });

let tiny: Tiny;
let runtime: Runtime;
beforeAll(async () => {
  await useBackend('cpu');
  runtime = await compiledRuntime();
  tiny = bertLike();
});
afterAll(async () => {
  tiny.specimen.dispose();
  await runtime.dispose();
});

/** A bench with one model, and how many shares of work were reported on it. */
function benchIn(folder: string, change: Partial<Bench> = {}, resume = false): { bench: Bench; reported: number[] } {
  const made = new Map<Material<unknown>, unknown>();
  const reported: number[] = [];
  const bench = {
    scale: 'mini',
    seed: 1,
    seeds: ['base'],
    sample: 4,
    condition: 'trained',
    specimen: async () => tiny.specimen,
    runtime: async () => runtime,
    work: (name: string) => ({ file: join(folder, name), about: 'toy', resume }),
    progress: (share: number) => reported.push(share),
    artefact: () => {},
    async get(of: Material<unknown>) {
      if (!made.has(of)) made.set(of, await of.make(bench));
      return made.get(of);
    },
    ...change,
  } as unknown as Bench;
  return { bench, reported };
}

describe('models that are trained further', () => {
  it('are scored before and after, beside the unchanged one, and kept for a run that resumes', async () => {
    const folder = await temporaryFolder();
    const { bench, reported } = benchIn(folder);
    const first = await expectConservesTensors(() => material.make(bench));
    expect(reported).toEqual([1, 0.5, 1]);
    expect(Object.keys(first.models[0]!)).toEqual([CONTROL, 'MLP replaced', 'ends']);
    for (const { before, after } of Object.values(first.models[0]!)) {
      expect(before.accuracy).toHaveLength(4);
      expect(after.loss).not.toEqual(before.loss);
    }
    expect(first).toMatchObject({ trials, layers: 3, long: false, names: ['base'] });
    expect(first.units.clusters).toHaveLength(4);

    const again = benchIn(folder, {}, true);
    expect(await material.make(again.bench)).toEqual(first);
    expect(again.reported).toEqual([]);
  }, 120_000);

  it('are not trained where they were not before', async () => {
    const { bench } = benchIn(await temporaryFolder(), { condition: 'untrained' });
    const { models } = await material.make(bench);
    for (const { before, after } of Object.values(models[0]!)) expect(after).toEqual(before);
  }, 120_000);
});
