import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bertConfig } from '@interlayer/bert-model';
import { gptConfig } from '@interlayer/gpt-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { type Corpus, causalTask, encodeAddress, maskedTask, recipes } from '@interlayer/models';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { stateOfTheUnion } from '@interlayer/text-data';
import { createTokenizer } from '@interlayer/tokenizer';
import { linearSchedule } from '@interlayer/training';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';
import { handOver } from './subject';
import { compiledJobs, trainingJob } from './training-job';

const NAMES = ['mini-bert', 'mini-gpt'] as const;
type Name = (typeof NAMES)[number];

/** What `pnpm train` trains, on its first batch of full length in every run. */
async function subject(name: Name) {
  const recipe = recipes[name]!;
  const tokenizer = createTokenizer(JSON.parse(readFileSync(join(miniGptFolder(), 'tokenizer.json'), 'utf8')));
  // A few addresses fill a batch.
  const train = (await stateOfTheUnion()).slice(0, 10).map((address) => encodeAddress(tokenizer, address));
  const corpus: Corpus = { name: '', sha256: '', train, valid: [], test: [] };
  const newTask = () =>
    recipe.objective === 'causal'
      ? causalTask(recipe, corpus)
      : maskedTask({ ...recipe, shortRows: undefined }, corpus, tokenizer);
  const first = newTask();
  const inputs = await first.batches.next();
  first.dispose();
  const { peak, warmUp, ...adam } = recipe.optimizer;
  const schedule = linearSchedule({ peak, warmUp, steps: recipe.steps });
  return {
    recipe,
    inputs,
    newTask,
    adam,
    schedule,
    config: recipe.objective === 'causal' ? gptConfig(recipe.model) : bertConfig(recipe.model),
    trained: () => ({ ...newTask(), inputs, adam, schedule }),
  };
}

export const eagerJob = async (name: Name): Promise<Job> =>
  trainingJob(eagerExecutor(), (await subject(name)).trained());

/** Training speed of the shipped models' recipes in tokens per second, and the share of matrix products in it. */
export const throughput: Benchmark = {
  name: 'throughput',
  async run(context) {
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    for (const name of NAMES) {
      await startBackend({ backend: 'cpu', log: () => {} });
      const { recipe, inputs, newTask, trained, config, adam, schedule } = await subject(name);
      const task = newTask();
      const rates = Array.from({ length: 100 }, (_, i) => schedule(i + 1));
      const handed = await handOver({ config, weights: task.weights }, inputs, { rates, adam });
      task.dispose();
      const tokens = (ms: readonly number[]) => (recipe.batch * recipe.length) / (median(ms) / 1e3);
      const outcome = await compete(
        {
          kind: name,
          folder: handed.folder,
          compiled: (executor, threads) => compiledJobs(executor, threads, inputs, trained),
          eager: (executor) => trainingJob(executor, trained()),
          rounds: context.rounds,
          warmUp: 2,
          stock: { addsToName: ' (2 runs)', rounds: 2, warmUp: 0 },
          measure: tokens,
          better: 'more',
          shares: true,
        },
        context,
      );
      handed.done();
      for (const [contestant, value] of Object.entries(outcome.medians)) medians[`${name}: ${contestant}`] = value;
      for (const [ratio, value] of Object.entries(outcome.ratios)) ratios[`${name}.${ratio}`] = value;
      notes[name] = { batch: recipe.batch, length: recipe.length, ...outcome.notes };
    }
    return { title: 'training the shipped models', unit: 'tokens/s', medians, ratios, notes };
  },
};
