import type { Runtime } from '@interlayer/runtime';
import { loadTokenizer } from '@interlayer/tokenizer';
import { adamW, linearSchedule, type ProgressStream, type TrainResult, train } from '@interlayer/training';
import { causalTask } from './causal-task';
import type { Corpus } from './corpus';
import { maskedTask } from './masked-task';
import type { Recipe } from './recipe';
import { meanScore, type Task } from './task';
import { watched } from './watched';
import { snapshotFolder, writePackage } from './write-package';

export interface TrainRecipeOptions {
  runtime: Runtime;
  corpus: Corpus;
  /** Folder of the tokenizer.json that encoded the corpus; a copy becomes part of the package. */
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
  const { executor } = runtime;
  // A resumed run must match in everything but the description and what is kept.
  const { description: _, snapshots, ships: __, ...deciding } = recipe;
  const { length, batch, steps, seed } = recipe;
  const { peak, warmUp, ...adam } = recipe.optimizer;
  const task: Task =
    recipe.objective === 'causal'
      ? causalTask(recipe, corpus)
      : maskedTask(recipe, corpus, await loadTokenizer(options.tokenizer));
  const valid = watched(corpus.valid, length);
  try {
    const result = await train({
      executor,
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
          const { loss, ...accuracy } = meanScore(await task.heldOut(executor, task.model, valid));
          return { valid: loss, ...accuracy };
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
      await writePackage(recipe, task, result, options);
    }
    return result;
  } finally {
    task.dispose();
  }
}
