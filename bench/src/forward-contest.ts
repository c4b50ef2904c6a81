import { median } from '@interlayer/stats';
import { type Executor, eagerExecutor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import type { BenchContext, Job } from './benchmark';
import { compete } from './contest';
import { spreadIds } from './subject';

interface Model {
  run(inputs: { ids: tf.Tensor2D }): { hidden: tf.Tensor };
  dispose(): void;
}

/** What every engine does: forward passes of rows of ids, up to the last layer. */
export interface ForwardTask {
  /** Rows in a batch. */
  batch: number;
  /** Tokens in a row. */
  length: number;
  vocabulary: number;
  newModel(): Model;
}

/** The ids of a batch. */
export const taskIds = ({ batch, length, vocabulary }: ForwardTask) => spreadIds(batch, length, vocabulary);

/** Forward passes of a model; resolves to the first hidden value. */
export function forwardJob(
  executor: Executor,
  model: Model,
  task: ForwardTask,
  { state }: { state?: tf.Variable[] } = {},
): Job {
  const ids = taskIds(task);
  const run = executor.compile((inputs: { ids: tf.Tensor2D }) => model.run(inputs).hidden, { state });
  return { run: async () => (await run({ ids })).data[0], close: () => run.dispose() };
}

/** The same of a new model, on the running backend. */
export function eagerForward(task: ForwardTask, executor = eagerExecutor()): Job {
  const model = task.newModel();
  return { run: forwardJob(executor, model, task).run, close: () => model.dispose() };
}

/** Measures every engine, in tokens per second. */
export function competeForward(
  task: ForwardTask,
  contest: Pick<Parameters<typeof compete>[0], 'kind' | 'folder' | 'compiled'>,
  context: BenchContext,
): ReturnType<typeof compete> {
  const tokens = (batch: number) => (ms: readonly number[]) => (batch * task.length) / (median(ms) / 1e3);
  return compete(
    {
      ...contest,
      eager: (executor) => eagerForward(task, executor),
      rounds: Math.min(context.rounds, 7),
      warmUp: 1,
      // A single row takes ten seconds.
      stock: {
        addsToName: ` (1 × ${task.length} tokens, 2 runs)`,
        eager: (executor) => eagerForward({ ...task, batch: 1 }, executor),
        rounds: 2,
        warmUp: 0,
        measure: tokens(1),
      },
      measure: tokens(task.batch),
      better: 'more',
    },
    context,
  );
}
