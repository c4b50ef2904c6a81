import { flopsPerToken } from '@interlayer/bert-model';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import type { Need } from '../../../claim/schema';
import type { Units } from '../../../claim/statistic';
import { openKept } from '../../../materials/kept';
import { type Bench, material } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { createFineTuner, type Example } from '../fine-tune';
import type { Task } from './task';
import { tuningTasks } from './tasks';

/** Pairs of a reduced model and the full one of its seed: what the claim is about. */
export const PAIRS = [
  ['half-ffn', 'base'],
  ['half-ffn-seed-2', 'seed-2'],
] as const;
/** Further reduced models, of one seed. */
export const FEWER = ['third-ffn', 'no-ffn'] as const;
/** Seeds of the classifier's start and of the order of the examples, the same for all models. */
export const SEEDS = [1, 2, 3];

/** What a run differs in from the plain one: as much computation as half of the blocks need, or labels that say nothing. */
export const SAME = 'equal computation';
export const SHUFFLED = 'shuffled labels';
export const runName = (model: string, how?: typeof SAME | typeof SHUFFLED): string =>
  how === undefined ? model : `${model}, ${how}`;

/** Which test examples of a task were classified right. */
export interface Tuned {
  name: string;
  /** The test examples; after them one unit for each run of a pair, seeds of the classifier within seeds of the model. */
  units: Units;
  /** By the name of the run, then by seed. */
  right: Readonly<Record<string, boolean[][]>>;
  /** The class of each test example; there are as many of one as of the other. */
  labels: readonly number[];
}

/** Operations of the blocks for a token, in rows of some length. */
export const flopsOf = ({ width, cells, layers, blocks }: Specimen, length: number): number =>
  flopsPerToken(
    {
      vocab_size: 1,
      hidden_size: width,
      num_hidden_layers: layers,
      num_attention_heads: 1,
      intermediate_size: cells,
      feed_forward: blocks.map(({ feedForward }) => feedForward !== undefined),
    },
    length,
  ).total;

interface Run {
  model: string;
  name: string;
  seeds: readonly number[];
  /** Whether it takes as much computation as half of the blocks need, so fewer steps. */
  equal?: boolean;
  shuffled?: boolean;
}

/** The runs on each task. Untrained models have one of each: they are shown beside the others. */
function runsOf({ condition }: Pick<Bench, 'condition'>): Run[] {
  const plain = (model: string, seeds = SEEDS): Run => ({ model, name: model, seeds });
  if (condition !== 'trained') return [...PAIRS[0]].map((model) => plain(model, SEEDS.slice(0, 1)));
  return [
    ...[...PAIRS.flat(), ...FEWER].map((model) => plain(model)),
    ...PAIRS.map(([, full]) => ({ ...plain(full), name: runName(full, SAME), equal: true })),
    { ...plain('base', SEEDS.slice(0, 1)), name: runName('base', SHUFFLED), shuffled: true },
  ];
}

/** The examples with labels in random order. */
const relabelled = (train: readonly Example[], seed: number): Example[] => {
  const order = shuffle(
    train.map((_, i) => i),
    seedFrom(seed, 'shuffled labels'),
  );
  return train.map(({ ids }, i) => ({ ids, label: train[order[i]!]!.label }));
};

/**
 * Fine-tunes all models on all tasks; each run is kept as it ends.
 *
 * @param helps whether another process makes the same, from the first run on: this one then begins with the last
 */
export async function fineTuneAll(bench: Bench, tasks: readonly Task[], helps = false): Promise<Tuned[]> {
  const [full, half] = [await bench.specimen('base'), await bench.specimen('half-ffn')];
  const runs = runsOf(bench);
  // A 1 or a 0 for each test example: right or wrong.
  const { parts, keep, look } = openKept<string>(bench, 'fine-tuned.json');
  const keyOf = (task: Task, run: Run, seed: number) => `${task.name}: ${run.name}, seed ${seed}`;
  const all = runs.reduce((sum, { seeds }) => sum + seeds.length, 0) * tasks.length;
  const inTurn = <T>(of: readonly T[]) => (helps ? of.toReversed() : of);
  for (const model of inTurn([...new Set(runs.map(({ model }) => model))])) {
    const asked = runs
      .filter((run) => run.model === model)
      .flatMap((run) => tasks.flatMap((task) => run.seeds.map((seed) => ({ run, task, seed }))));
    const isLeft = ({ run, task, seed }: (typeof asked)[number]) => {
      look();
      return parts[keyOf(task, run, seed)] === undefined;
    };
    if (!asked.some(isLeft)) continue;
    const tuner = createFineTuner(await bench.specimen(model), await bench.runtime());
    try {
      for (const each of inTurn(asked)) {
        if (!isLeft(each)) continue;
        const { run, task, seed } = each;
        const { steps, length, train, test } = task;
        const right = await tuner.run(run.shuffled ? relabelled(train, seed) : train, test, {
          steps: run.equal ? Math.round((steps * flopsOf(half, length)) / flopsOf(full, length)) : steps,
          length,
          seed: seedFrom(bench.seed, 'fine-tuning', task.name, seed),
        });
        keep(keyOf(task, run, seed), right.map(Number).join(''));
        bench.progress(Object.keys(parts).length / all);
      }
    } finally {
      await tuner.dispose();
    }
  }
  return tasks.map((task) => tunedOf(task, runs, (run, seed) => parts[keyOf(task, run, seed)]!));
}

function tunedOf(task: Task, runs: readonly Run[], keptOf: (run: Run, seed: number) => string): Tuned {
  const { name, clusters, test } = task;
  const paired = PAIRS.length * SEEDS.length;
  return {
    name,
    units: {
      clusters: [...clusters, ...Array.from({ length: paired }, (_, i) => clusters.length + i)],
      method: 'bootstrap over threads or presidents, then test examples, and over seeds',
    },
    right: Object.fromEntries(
      runs.map((run) => [run.name, run.seeds.map((seed) => Array.from(keptOf(run, seed), (digit) => digit === '1'))]),
    ),
    labels: test.map(({ label }) => label),
  };
}

const needs: Need[] = ['encoder', ...[...PAIRS.flat(), ...FEWER].map((name): Need => `variant:${name}`)];

export const fineTuned = material<Sample & { tasks: readonly Tuned[] }>({
  name: 'fine-tuned models',
  needs: needs.filter((need) => need !== 'variant:base'),
  uses: [tuningTasks],
  sample: `${SEEDS.length} runs of each model and task`,
  budget: { seconds: 600, megabytes: 2000 },
  async make(bench) {
    const tasks = await fineTuneAll(bench, await bench.get(tuningTasks));
    return { tasks, units: tasks[0]!.units, dropped: [], deviations: [] };
  },
  async help(bench) {
    await fineTuneAll(bench, await bench.get(tuningTasks), true);
  },
});
