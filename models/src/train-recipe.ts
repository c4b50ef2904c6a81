import { readFileSync } from 'node:fs';
import type { Runtime } from '@interlayer/runtime';
import { createTokenizer } from '@interlayer/tokenizer';
import { adamW, linearSchedule, type ProgressStream, type TrainResult, train } from '@interlayer/training';
import { causalTask } from './causal-task';
import type { Corpus } from './corpus';
import { maskedTask } from './masked-task';
import type { Recipe } from './recipe';
import { meanLoss, meanTop1 } from './task';
import { watched } from './watched';
import { snapshotFolder, writePackage } from './write-package';

export interface TrainRecipeOptions {
  runtime: Runtime;
  corpus: Corpus;
  /** The tokenizer.json that encoded the corpus; it becomes part of the package. */
  tokenizer: string;
  /** Folder of the data package. */
  out: string;
  /** Folder of the checkpoints and the log. */
  checkpoints: string;
  resume: boolean;
  signal?: AbortSignal;
  stream?: ProgressStream;
}

/** Trains a recipe's model and, when training is finished, writes the data package. */
export async function trainRecipe(recipe: Recipe, options: TrainRecipeOptions): Promise<TrainResult> {
  const { runtime, corpus, out, checkpoints, resume, signal, stream } = options;
  // A resumed run must match in everything but the description and what is kept.
  const { description: _, snapshots, ships: __, ...deciding } = recipe;
  const { length, batch, steps, seed } = recipe;
  const newTask = () =>
    recipe.objective === 'causal'
      ? causalTask(recipe, corpus)
      : maskedTask(recipe, corpus, createTokenizer(JSON.parse(readFileSync(options.tokenizer, 'utf8'))));
  const task = newTask();
  const { peak, warmUp, ...adam } = recipe.optimizer;
  const valid = watched(corpus.valid, length);
  const watch = async () => {
    const losses = await task.heldOut(runtime.executor, valid);
    return { valid: meanLoss(losses), ...(recipe.objective === 'masked' && { top1: meanTop1(losses) }) };
  };
  try {
    const result = await train({
      executor: runtime.executor,
      loss: task.loss,
      variables: task.weights,
      optimizer: adamW(adam),
      schedule: linearSchedule({ peak, warmUp: Math.min(warmUp, steps), steps }),
      batches: task.batches,
      steps,
      evaluate: {
        at: (step) => step % recipe.evaluateEvery === 0 || step === steps || snapshots.includes(step),
        run: async (step) => {
          if (snapshots.includes(step)) await task.save(snapshotFolder(checkpoints, step));
          return await watch();
        },
      },
      checkpoint: { folder: checkpoints, every: recipe.checkpointEvery },
      resume,
      config: { recipe: deciding, corpus: corpus.sha256 },
      seed,
      signal,
      progress: { name: recipe.name, tokensPerStep: batch * length, stream },
    });
    if (result.finished) {
      stream?.write(`writing ${out}\n`);
      await writePackage(recipe, task, newTask, result, options);
    }
    return result;
  } finally {
    task.dispose();
  }
}
