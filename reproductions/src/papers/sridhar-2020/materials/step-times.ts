import type { Runtime } from '@interlayer/runtime';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import { independent } from '../../../claim/statistic';
import { type Bench, material } from '../../../materials/material';
import { createFineTuner, type Example } from '../fine-tune';
import { flopsOf } from './fine-tuned';
import { LENGTH, tuningTasks } from './tasks';

/** The full model, another of its shape, and reduced ones. */
const MODELS = ['base', 'seed-2', 'half-ffn', 'no-ffn'] as const;
type Model = (typeof MODELS)[number];

/** Steps of each model whose time counts, and earlier ones in which it does not. */
export const ROUNDS = 80;
const WARM_UP = 10;

export interface StepTimes extends Sample {
  /** Milliseconds of each model's step in each round, of all threads together. */
  times: Readonly<Record<Model, number[]>>;
  /** Operations of the matrix products of the blocks, for a token. */
  flops: Readonly<Record<Model, number>>;
}

/** Milliseconds that the process has computed, which other work on the machine hardly moves; of a GPU, those that passed. */
const clockOf = ({ backend }: Pick<Runtime, 'backend'>): (() => number) => {
  if (['webgpu', 'cuda', 'tfjs-node-gpu'].includes(backend)) return () => performance.now();
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
};

/** The times of training steps that take turns, in random order in each round, so that a slow moment slows them all. */
export async function timeSteps(
  bench: Bench,
  train: readonly Example[],
  { rounds, warmUp, length }: { rounds: number; warmUp: number; length: number },
): Promise<Pick<StepTimes, 'times' | 'flops'>> {
  const runtime = await bench.runtime();
  const now = clockOf(runtime);
  const specimens = await Promise.all(MODELS.map((model) => bench.specimen(model)));
  const tuners = specimens.map((specimen) => createFineTuner(specimen, runtime));
  try {
    const options = { steps: rounds + warmUp, length, seed: bench.seed };
    const steps = [];
    for (const tuner of tuners) steps.push(await tuner.begin(train, options));
    const times = MODELS.map((): number[] => []);
    for (let round = 0; round < rounds + warmUp; round++) {
      const turns = shuffle(
        MODELS.map((_, i) => i),
        seedFrom(bench.seed, 'turns', round),
      );
      for (const model of turns) {
        const start = now();
        await steps[model]!();
        if (round >= warmUp) times[model]!.push(now() - start);
      }
      bench.progress((round + 1) / (rounds + warmUp));
    }
    const byModel = <T>(values: readonly T[]) =>
      Object.fromEntries(MODELS.map((model, i) => [model, values[i]!])) as Record<Model, T>;
    return { times: byModel(times), flops: byModel(specimens.map((specimen) => flopsOf(specimen, length))) };
  } finally {
    for (const tuner of tuners) await tuner.dispose();
  }
}

export const stepTimes = material<StepTimes>({
  name: 'step times',
  needs: ['encoder', 'variant:seed-2', 'variant:half-ffn', 'variant:no-ffn'],
  uses: [tuningTasks],
  sample: `${ROUNDS} steps of each model in turns, after ${WARM_UP} that do not count; 16 rows of ${LENGTH} tokens (controls: half as many steps)`,
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const { train } = (await bench.get(tuningTasks))[0]!;
    const wanted = bench.condition === 'trained' ? ROUNDS : ROUNDS / 2;
    const rounds = Math.min(wanted, bench.sample ?? wanted);
    const measured = await timeSteps(bench, train, { rounds, warmUp: WARM_UP, length: LENGTH });
    return { ...measured, units: independent(rounds, 'bootstrap over rounds'), dropped: [], deviations: [] };
  },
});
