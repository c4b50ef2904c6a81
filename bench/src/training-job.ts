import type { Executor, HostTensor, HostTree, StepReport } from '@interlayer/tensor-compile';
import { type AdamWOptions, adamW, type Loss, type Schedule, type TrainingOptimizer } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { Job } from './benchmark';
import { type Part, partsOf } from './parts';

interface TrainingSubject {
  weights: Readonly<Record<string, tf.Variable>>;
  // biome-ignore lint/suspicious/noExplicitAny: the tensors of `inputs`, which only the model knows
  loss: Loss<any>;
  /** The batch of every step. */
  inputs: HostTree;
  adam: AdamWOptions;
  schedule: Schedule;
  dispose(): void;
}

/** On several threads: one part of the batch for each, and the whole batch in one graph whose operators share the threads. */
export const compiledJobs = (
  executor: Executor,
  threads: number,
  inputs: Readonly<Record<string, HostTensor>>,
  subject: () => TrainingSubject,
): Record<string, Job> =>
  threads === 1
    ? { '': trainingJob(executor, subject()) }
    : {
        '': parallelJob(executor, partsOf(inputs, threads), subject()),
        ' in one graph': trainingJob(executor, subject()),
      };

/** The same step over parts of the batch, each on its own thread if the executor has enough. */
function parallelJob(executor: Executor, parts: readonly Part[], subject: TrainingSubject): Job {
  const { weights, loss, adam, schedule } = subject;
  const optimizer = adamW(adam)(weights);
  const step = executor.compileParallelStep(loss, optimizer, Object.values(weights));
  const inputs = parts.map((part) => part.inputs);
  const shares = parts.map(({ weight }) => weight);
  return jobOf(subject, optimizer, step, (at) => step(inputs, optimizer.scalars(at, schedule(at)), shares));
}

/** One training step per run; resolves to its loss. */
export function trainingJob(executor: Executor, subject: TrainingSubject): Job {
  const { weights, loss, inputs, adam, schedule } = subject;
  const optimizer = adamW(adam)(weights);
  const step = executor.compileStep(loss, optimizer, Object.values(weights));
  return jobOf(subject, optimizer, step, (at) => step(inputs, optimizer.scalars(at, schedule(at))));
}

function jobOf(
  subject: TrainingSubject,
  optimizer: TrainingOptimizer,
  step: { dispose(): Promise<void> },
  take: (at: number) => Promise<StepReport>,
): Job {
  let steps = 0;
  return {
    run: async () => (await take(++steps)).loss,
    async close() {
      await step.dispose();
      optimizer.dispose();
      subject.dispose();
    },
  };
}
