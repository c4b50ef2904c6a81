import type { Executor, HostTree } from '@interlayer/tensor-compile';
import { type AdamWOptions, adamW, type Loss, type Schedule } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { Job } from './benchmark';

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

/** A training step a run; resolves to its loss. */
export function trainingJob(executor: Executor, subject: TrainingSubject): Job {
  const { weights, loss, inputs, adam, schedule } = subject;
  const optimizer = adamW(weights, adam);
  const step = executor.compileStep(loss, optimizer, Object.values(weights));
  let steps = 0;
  return {
    async run() {
      steps++;
      return (await step(inputs, optimizer.scalars(steps, schedule(steps)))).loss;
    },
    async close() {
      await step.dispose();
      optimizer.dispose();
      subject.dispose();
    },
  };
}
