import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBert, flopsPerToken } from '@interlayer/bert-model';
import type { Runtime } from '@interlayer/runtime';
import { expectConservesTensors, seededRandom, useBackend } from '@interlayer/test-kit';
import type * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainly } from '../../../src/claim/statistic';
import type { Bench } from '../../../src/materials/material';
import { accuracyOf, CHANCE, FLOOR, gain, meanOver, points } from '../../../src/papers/sridhar-2020/accuracy';
import { createFineTuner, type Example } from '../../../src/papers/sridhar-2020/fine-tune';
import {
  FEWER,
  fineTuneAll,
  flopsOf,
  PAIRS,
  runName,
  SAME,
  SEEDS,
  SHUFFLED,
  type Tuned,
} from '../../../src/papers/sridhar-2020/materials/fine-tuned';
import { timeSteps } from '../../../src/papers/sridhar-2020/materials/step-times';
import type { Task } from '../../../src/papers/sridhar-2020/materials/task';
import { savingsOf } from '../../../src/papers/sridhar-2020/step-savings';
import { otherSeed, shuffledLabels } from '../../../src/papers/sridhar-2020/tuning-controls';
import { readSignedJson, signedJson } from '../../../src/signed-json';
import { bertSpecimen } from '../../../src/subjects/bert';
import type { Specimen } from '../../../src/subjects/specimen';
import { compiledRuntime, tokenizer, VOCABULARY } from '../../subjects/tiny-models';

const LAYERS = 6;
const SHAPE = {
  vocab_size: VOCABULARY,
  hidden_size: 8,
  num_hidden_layers: LAYERS,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 10,
};
/** Every how many attention blocks the variants keep a feed-forward block. */
const PERIODS: Record<string, number> = {
  base: 1,
  'seed-2': 1,
  'half-ffn': 2,
  'half-ffn-seed-2': 2,
  'third-ffn': 3,
  'no-ffn': Number.POSITIVE_INFINITY,
};
const configOf = (variant: string) => ({
  ...SHAPE,
  feed_forward: Array.from({ length: LAYERS }, (_, i) => (i + 1) % PERIODS[variant]! === 0),
});
const specimenOf = (variant: string): Specimen => {
  const seed = variant.includes('2') ? 2 : 1;
  return bertSpecimen(createBert(configOf(variant), { seed, std: 0.2, heads: ['mlm'] }), tokenizer);
};

/** Rows that hold token 7 or do not. */
function examples(count: number, seed: number): (Example & { of: string })[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const ids = Array.from({ length: 4 + Math.floor(random() * 4) }, () => 8 + Math.floor(random() * 20));
    if (i % 2) ids[0] = ids[Math.floor(random() * ids.length)] = 7;
    return { ids, label: i % 2, of: `${i % 5}` };
  });
}
const task: Task = {
  name: 'is seven there',
  train: examples(96, 1),
  test: examples(40, 2),
  clusters: Array.from({ length: 40 }, (_, i) => i % 5),
  steps: 3,
  length: 8,
};

let folder: string;
let runtime: Runtime;
const specimens = new Map<string, Specimen>();
beforeAll(async () => {
  await useBackend('cpu');
  runtime = await compiledRuntime();
  folder = await mkdtemp(join(tmpdir(), 'interlayer-'));
  for (const variant of Object.keys(PERIODS)) specimens.set(variant, specimenOf(variant));
});
afterAll(async () => {
  for (const specimen of specimens.values()) specimen.dispose();
  await runtime.dispose();
  await rm(folder, { recursive: true });
});

const workOf = (file: string, { helps = false, resume = false } = {}) => {
  const [alone, help] = [file, `help-${file}`].map((name) => join(folder, name)) as [string, string];
  return { file: helps ? help : alone, beside: helps ? alone : help, about: 'tiny', resume };
};
const benchOf = (file: string, more: Partial<Bench> = {}): Bench & { shares: number[] } => {
  const shares: number[] = [];
  return {
    condition: 'trained',
    seed: 1,
    specimen: async (variant = 'base') => specimens.get(variant)!,
    runtime: async () => runtime,
    work: () => workOf(file),
    progress: (share: number) => void shares.push(share),
    log: (message: string) => expect.fail(message),
    shares,
    ...more,
  } as Bench & { shares: number[] };
};

describe('a fine-tuner', () => {
  const options = { steps: 60, length: 8, seed: 3 };

  it('learns what can be learned, leaves the model as it is, and starts anew each time', async () => {
    const specimen = specimens.get('base')!;
    const before = Object.values(specimen.weights).map((weight: tf.Variable) => weight.dataSync().slice());
    const tuner = createFineTuner(specimen, runtime);
    const right = await tuner.run(task.train, task.test, options);
    expect(right.filter(Boolean).length).toBeGreaterThan(30);
    expect(Object.values(specimen.weights).map((weight) => weight.dataSync())).toEqual(before);
    await tuner.run(task.train, task.test, { ...options, seed: 4, steps: 5 });
    expect(await tuner.run(task.train, task.test, options)).toEqual(right);
    await tuner.dispose();
  }, 120_000);

  it('frees all that it made', async () => {
    await expectConservesTensors(async () => {
      const tuner = createFineTuner(specimens.get('half-ffn')!, runtime);
      await tuner.run(task.train, task.test.slice(0, 3), { ...options, steps: 2 });
      await tuner.dispose();
    });
  });
});

it.each(Object.keys(PERIODS))('operations of %s are those of its config', (variant) => {
  expect(flopsOf(specimens.get(variant)!, 24)).toBe(flopsPerToken(configOf(variant), 24).total);
});

describe('all runs', () => {
  it('are made once, reported, and resumed where they stopped', async () => {
    const bench = benchOf('all.json');
    const [tuned] = await fineTuneAll(bench, [task]);
    expect(Object.keys(tuned!.right).sort()).toEqual(
      [...PAIRS.flat(), ...FEWER, ...PAIRS.map(([, full]) => runName(full, SAME)), runName('base', SHUFFLED)].sort(),
    );
    for (const rows of Object.values(tuned!.right)) for (const row of rows) expect(row).toHaveLength(task.test.length);
    expect(tuned!.right.base).toHaveLength(SEEDS.length);
    expect(tuned!.units.clusters).toHaveLength(task.test.length + 6);
    expect(tuned!.labels).toEqual(task.test.map(({ label }) => label));
    expect(bench.shares).toHaveLength(6 * 3 + 2 * 3 + 1);
    expect(bench.shares.at(-1)).toBe(1);
    const again = benchOf('all.json', { work: () => workOf('all.json', { resume: true }) });
    expect(await fineTuneAll(again, [task])).toEqual([tuned]);
    expect(again.shares).toEqual([]);
    // Work under other settings is not resumed.
    await writeFile(join(folder, 'other.json'), signedJson({ about: 'other', kept: {} }));
    const other = benchOf('other.json', {
      condition: 'untrained',
      work: () => workOf('other.json', { resume: true }),
    });
    const [untrained] = await fineTuneAll(other, [task]);
    expect(Object.entries(untrained!.right).map(([name, rows]) => [name, rows.length])).toEqual([
      ['half-ffn', 1],
      ['base', 1],
    ]);
    expect(accuracyOf(untrained!, { seed: 1 }).half.map(({ label }) => label)).toEqual(['at equal steps']);
  }, 300_000);

  it('are the same where another process makes the last of them', async () => {
    const [alone] = await fineTuneAll(benchOf('alone.json'), [task]);
    const stopped = new Error('stopped');
    const helper = benchOf('helped.json', {
      work: () => workOf('helped.json', { helps: true }),
      progress: (share) => {
        if (share > 0.3) throw stopped;
      },
    });
    await expect(fineTuneAll(helper, [task], true)).rejects.toBe(stopped);
    const kept = readSignedJson(await readFile(join(folder, 'help-helped.json'), 'utf8')) as { kept: object };
    expect(Object.keys(kept.kept)).toHaveLength(8);
    expect(Object.keys(kept.kept)[0]).toContain('no-ffn, seed 3');
    const bench = benchOf('helped.json');
    expect(await fineTuneAll(bench, [task])).toEqual([alone]);
    expect(bench.shares).toHaveLength(6 * 3 + 2 * 3 + 1 - 8);
    // Nothing is left to help with.
    const late = benchOf('helped.json', { work: () => workOf('helped.json', { helps: true, resume: true }) });
    await fineTuneAll(late, [task], true);
    expect(late.shares).toEqual([]);
  }, 300_000);

  it('are others with another seed of the measurement', async () => {
    const run = async (seed: number) => {
      const bench = benchOf(`seed-${seed}.json`, { condition: 'untrained', seed });
      return (await fineTuneAll(bench, [{ ...task, steps: 25 }]))[0]!.right;
    };
    expect(await run(2)).not.toEqual(await run(1));
  }, 300_000);
});

/** A task of which the models get planted shares right; the examples are independent. */
function planted(shares: Partial<Record<string, number>>, count = 800): Tuned {
  const random = seededRandom(9);
  const chances = Array.from({ length: count }, () => random());
  const rowOf = (share: number) => chances.map((chance) => chance + 0.1 * (random() - 0.5) < share);
  const runs = [...PAIRS.flat(), ...FEWER, ...PAIRS.map(([, full]) => runName(full, SAME)), runName('base', SHUFFLED)];
  return {
    name: 'planted',
    units: { clusters: Array.from({ length: count + 6 }, (_, i) => i), method: 'm' },
    right: Object.fromEntries(runs.map((run) => [run, SEEDS.map(() => rowOf(shares[run] ?? 0.8))])),
    labels: Array.from({ length: count }, (_, i) => i % 2),
  };
}
const asked = (shares: Partial<Record<string, number>>) => ({ tasks: [accuracyOf(planted(shares), { seed: 1 })] });

describe('accuracies', () => {
  it('are means over examples of either class and over runs, weighted by both', () => {
    const sample = { units: { clusters: [0, 1, 2, 3, 4], method: 'm' }, labels: [0, 1, 1] };
    const mean = meanOver(sample, 'mean', [
      [1, 2, 4],
      [10, 20, 40],
    ]);
    expect(plainly(mean)).toBe(((1 + 3) / 2 + (10 + 30) / 2) / 2);
    expect(mean.of(Float64Array.of(2, 0, 1, 1, 3))).toBeCloseTo((1 * (1 + 4) + 3 * (10 + 40)) / 2 / 4, 12);
    // No run was drawn: all count.
    expect(mean.of(Float64Array.of(1, 1, 1, 0, 0))).toBe(plainly(mean));
    const right = [
      [true, false, true],
      [false, false, true],
    ] as const;
    expect(plainly(gain(sample, 'gain', [[right[0], right[1]]]))).toBe(50);
  });

  it('of one class for all are 50 %, whatever is drawn', () => {
    const sample = { units: { clusters: [0, 0, 0, 1, 1], method: 'm' }, labels: [0, 0, 1, 1] };
    const mean = meanOver(sample, 'ones', [points([false, false, true, true])]);
    for (const weights of [
      [1, 1, 1, 1, 1],
      [3, 0, 1, 0, 1],
      [1, 1, 5, 9, 2],
    ])
      expect(mean.of(Float64Array.from(weights))).toBe(50);
  });

  it('count only where the baseline beats one class for all', () => {
    expect(asked({}).tasks[0]!.counts).toBe(true);
    expect(plainly(asked({}).tasks[0]!.baseline)).toBeGreaterThan(CHANCE + FLOOR);
    expect(asked({ base: 0.58, 'seed-2': 0.58 }).tasks[0]!.counts).toBe(false);
  });

  it('find a planted loss, each on its axis', () => {
    const [loss] = asked({
      'half-ffn': 0.7,
      'half-ffn-seed-2': 0.7,
      [runName('base', SAME)]: 0.75,
      [runName('seed-2', SAME)]: 0.75,
    }).tasks;
    const [steps, computation] = loss!.half.map(plainly);
    expect(Math.abs(steps! + 10)).toBeLessThan(1.5);
    expect(Math.abs(computation! + 5)).toBeLessThan(1.5);
  });
});

describe('controls of fine-tuning', () => {
  const bench = { seed: 1 } as Bench;
  const shuffledFair = { [runName('base', SHUFFLED)]: 0.5 };
  const outcome = async (control: typeof otherSeed, ours: object) =>
    (await control.check([], [asked({ ...shuffledFair, ...ours })], bench)).passed;

  it('pass where all is well', async () => {
    for (const control of [shuffledLabels, otherSeed]) expect(await outcome(control, {})).toBe(true);
  });

  it('fail where random labels are learned, or two seeds differ', async () => {
    expect(await outcome(shuffledLabels, { [runName('base', SHUFFLED)]: 0.7 })).toBe(false);
    expect(await outcome(otherSeed, { 'seed-2': 0.88 })).toBe(false);
  });
});

describe('step times', () => {
  it('have one time for each model and round, in turns, and operations of each', async () => {
    const bench = benchOf('none.json');
    const { times, flops } = await timeSteps(bench, task.train, { rounds: 3, warmUp: 1, length: 8 });
    for (const of of Object.values(times)) {
      expect(of).toHaveLength(3);
      for (const time of of) expect(time).toBeGreaterThan(0);
    }
    expect(flops['no-ffn']).toBeLessThan(flops['half-ffn']);
    expect(flops['seed-2']).toBe(flops.base);
    expect(bench.shares).toEqual([0.25, 0.5, 0.75, 1]);
  }, 60_000);

  it('become shares of the full model’s when nothing disturbs it, against what the operations allow', () => {
    // Half of the steps were slowed down, each by more than the last.
    const around = (time: number) => Array.from({ length: 40 }, (_, i) => (i % 2 ? time : time * (1.5 + i)));
    const times = { base: around(10), 'seed-2': around(10), 'half-ffn': around(8), 'no-ffn': around(5) };
    const flops = { base: 100, 'seed-2': 100, 'half-ffn': 70, 'no-ffn': 40 };
    const savings = savingsOf({ times, flops, units: { clusters: around(1).map((_, i) => i), method: 'm' } });
    expect([savings.half, savings.none, savings.again].map(plainly)).toEqual([
      expect.closeTo(20, 9),
      expect.closeTo(50, 9),
      expect.closeTo(0, 9),
    ]);
    expect(savings.bounds).toEqual({ half: expect.closeTo(30, 9), none: expect.closeTo(60, 9) });
    expect(savings.beyond.map(plainly)).toEqual([expect.closeTo(-10, 9), expect.closeTo(-10, 9)]);
  });
});
