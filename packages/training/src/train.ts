import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Executor, type HostOf, requireGradients } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { compileAccumulatedStep } from './accumulate';
import type { BatchSource } from './batches';
import {
  type Checkpoint,
  configDifference,
  latestCheckpoint,
  readCheckpoint,
  type Values,
  writeCheckpoint,
} from './checkpoint';
import { openLog } from './log';
import type { Loss } from './objectives';
import type { OptimizerOf, TrainingOptimizer, Variables } from './optimizer';
import { createProgress, type ProgressStream } from './progress';
import type { Schedule } from './schedules';

/** What is trained: a model, or weights by name. */
type Trained =
  | { model: { readonly weights: Variables }; variables?: undefined }
  | { variables: Variables; model?: undefined };

export type TrainOptions<I> = Trained & RunOptions<I>;

interface RunOptions<I> {
  executor: Executor;
  /** From the tensors of a batch to a scalar, see `causalLoss`, `maskedLoss`, `classificationLoss`. */
  loss: Loss<I>;
  /** `adamW(options)`, say. It lives as long as the run. */
  optimizer: OptimizerOf;
  schedule: Schedule;
  /** Batches of host tensors, in the form of the tensors that `loss` takes. */
  batches: BatchSource<HostOf<NoInfer<I>>>;
  /** Optimiser steps of the entire run, resumed or not. */
  steps: number;
  /** Micro-batches per step. Default 1. */
  accumulate?: number;
  /**
   * Micro-batches per step that run side by side, each in a thread of its own if the executor can do that (see
   * `compileParallelStep`): the same step as with `accumulate`, up to rounding, in more memory. Default 1.
   */
  parallel?: number;
  /** The weight of a micro-batch when `accumulate` or `parallel` > 1, such as its number of predicted tokens. Default: equal. */
  weigh?: (batch: HostOf<NoInfer<I>>) => number;
  /** Runs after chosen steps (0: before the first), with up-to-date variables; what it returns goes to the log. */
  evaluate?: { at: (step: number) => boolean; run: (step: number) => Promise<Record<string, number> | undefined> };
  checkpoint: {
    /** A folder for this run alone; `log.jsonl` goes there too. */
    folder: string;
    /** Steps between checkpoints. The last step is always followed by one. */
    every: number;
    /** How many are kept. Default 2. */
    keep?: number;
  };
  /** Resume from the newest checkpoint if there is one. Without it, a folder that holds one is refused. */
  resume?: boolean;
  /** Steps per line of the log, whose loss is their mean. Default 10. */
  logEvery?: number;
  /** Whatever else decides the result (recipe, sizes, hash of the text), as plain data; a checkpoint with other values is refused. */
  config?: Record<string, unknown>;
  seed: number;
  /** When it aborts, the current step ends, a checkpoint is written and `train` returns `finished: false`. */
  signal?: AbortSignal;
  /** The progress line: its stream (default `process.stderr`; false for none), its name, and tokens per step for the speed. */
  progress?: false | { stream?: ProgressStream; name?: string; tokensPerStep?: number };
}

export interface TrainResult {
  finished: boolean;
  /** Steps taken, of this run and those it was resumed from. */
  step: number;
  /** Loss of the last step; NaN when none was taken. */
  loss: number;
  /** Seconds of training, summed over resumptions. */
  seconds: number;
  /** The newest checkpoint. */
  checkpoint: string;
  log: string;
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version as string;

const valuesOf = (variable: tf.Variable): Values => ({
  shape: variable.shape,
  data: variable.dataSync() as Float32Array,
});

/** Identifies a schedule, which is a function, by its values. */
function describe(schedule: Schedule, steps: number) {
  const rates = Float64Array.from({ length: steps }, (_, i) => schedule(i + 1));
  const peak = rates.reduce((highest, rate) => Math.max(highest, rate), 0);
  return { peak, last: rates[steps - 1], sha256: createHash('sha256').update(rates).digest('hex') };
}

function restore(variables: Variables, saved: Record<string, Values>, what: string): void {
  for (const [name, variable] of Object.entries(variables)) {
    const values = saved[name];
    if (!values) throw new Error(`the checkpoint has no ${what} "${name}"`);
    if (values.shape.join() !== variable.shape.join())
      throw new Error(`${what} "${name}" is [${values.shape}] in the checkpoint, [${variable.shape}] in the model`);
    tf.tidy(() => variable.assign(tf.tensor(values.data, values.shape, 'float32')));
  }
}

/**
 * Trains to the end, or until the signal aborts. Everything random comes from `seed` by way of `batches`, and a checkpoint
 * holds everything else, so a run that is killed at any moment and resumed writes the same weights, moments and log, byte
 * for byte, as one that ran through (same executor and versions).
 *
 * @throws when gradients are not registered, when a loss is not finite (naming the step; checkpoints stay as they were),
 *   when the folder holds a run and `resume` is not set, when the checkpoint is damaged or of another configuration
 *   (naming the field)
 */
export async function train<I>(options: TrainOptions<I>): Promise<TrainResult> {
  requireGradients();
  const variables = options.model?.weights ?? options.variables;
  if (!variables) throw new Error('train: there is nothing to train; give a model, or variables by name');
  requireNumbers(options);
  const optimizer = options.optimizer(variables);
  try {
    return await run(options, variables, optimizer);
  } finally {
    optimizer.dispose();
  }
}

function requireNumbers<I>(options: RunOptions<I>): void {
  const { steps, accumulate = 1, parallel = 1, logEvery = 10 } = options;
  const { every, keep = 2 } = options.checkpoint;
  for (const [name, value] of Object.entries({
    steps,
    accumulate,
    parallel,
    logEvery,
    'checkpoint.every': every,
    'checkpoint.keep': keep,
  }))
    if (!(Number.isInteger(value) && value > 0))
      throw new Error(`train: ${name} is ${value}; expected a positive integer`);
  if (accumulate > 1 && parallel > 1)
    throw new Error(`train: accumulate is ${accumulate} and parallel is ${parallel}; expected one of them to be 1`);
}

async function run<I>(
  options: RunOptions<I>,
  variables: Variables,
  optimizer: TrainingOptimizer,
): Promise<TrainResult> {
  const { executor, loss, schedule, batches, steps, evaluate, signal, seed } = options;
  const { accumulate = 1, parallel = 1, weigh = () => 1, logEvery = 10, resume = false } = options;
  const { folder, every, keep = 2 } = options.checkpoint;
  const weights = Object.values(variables);
  const slots = Object.fromEntries(optimizer.slots.map((slot, i) => [optimizer.slotNames[i], slot]));
  const state = [...weights, ...optimizer.slots];

  const config: Record<string, unknown> = {
    ...options.config,
    seed,
    steps,
    accumulate,
    // Absent by default, so that checkpoints from before there was a choice can be resumed.
    ...(parallel > 1 && { parallel }),
    logEvery,
    executor: executor.name,
    ...optimizer.settings,
    schedule: describe(schedule, steps),
    variables: Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape])),
  };
  const versions = { node: process.versions.node, tfjs: tf.version_core, training: version() };

  const found = latestCheckpoint(folder);
  if (found && !resume)
    throw new Error(`${folder} holds a run of ${found.step} steps; resume it (resume: true) or choose another folder`);
  const stream = options.progress === false ? { write() {} } : (options.progress?.stream ?? process.stderr);
  const { name = 'training', tokensPerStep } = options.progress || {};

  let step = 0;
  let pending = { sum: 0, count: 0 };
  let logBytes = 0;
  let secondsBefore = 0;
  let path = found?.path ?? '';
  const notes: string[] = [];
  if (found) {
    const saved = await readCheckpoint(found.path);
    const difference = configDifference(saved.config, JSON.parse(JSON.stringify(config)));
    if (difference)
      throw new Error(
        `${found.path} belongs to another run: ${difference}; resume with the old value or choose another folder`,
      );
    const changed = configDifference(saved.versions, versions);
    if (changed) notes.push(`note: ${changed} since the checkpoint; the result may differ in the last digits`);
    restore(variables, saved.weights, 'weight');
    restore(slots, saved.slots, 'optimiser slot');
    await executor.push(state);
    batches.seek(saved.cursor);
    ({ step, pending, logBytes, seconds: secondsBefore } = saved);
    notes.push(`resuming ${name} after step ${step} of ${steps}`);
  }

  const progress = createProgress({ stream, name, steps, from: step, tokensPerStep });
  for (const note of notes) progress.note(note);
  const logPath = join(folder, 'log.jsonl');
  const log = openLog(logPath, logBytes);
  const started = performance.now();
  const seconds = () => secondsBefore + (performance.now() - started) / 1000;
  const count = accumulate * parallel;
  const one = count === 1 ? executor.compileStep(loss, optimizer, weights) : undefined;
  const many =
    parallel > 1
      ? executor.compileParallelStep(loss, optimizer, weights)
      : accumulate > 1
        ? compileAccumulatedStep(executor, loss, optimizer, weights)
        : undefined;

  const observe = async () => {
    if (!evaluate?.at(step)) return;
    await executor.pull(state);
    const values = await evaluate.run(step);
    if (values) log.append({ step, ...values });
  };
  const save = async () => {
    await executor.pull(state);
    const checkpoint: Checkpoint = {
      step,
      cursor: batches.cursor,
      logBytes: log.flush(),
      pending,
      config,
      versions,
      weights: Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, valuesOf(variable)])),
      slots: Object.fromEntries(Object.entries(slots).map(([key, slot]) => [key, valuesOf(slot)])),
      seconds: seconds(),
    };
    path = await writeCheckpoint(folder, checkpoint, { keep });
  };

  let last = Number.NaN;
  try {
    if (step === 0) await observe();
    while (step < steps && !signal?.aborted) {
      const rate = schedule(step + 1);
      const scalars = optimizer.scalars(step + 1, rate);
      const micro: HostOf<I>[] = [];
      for (let i = 0; i < count; i++) micro.push(await batches.next());
      const untouched = path ? `the checkpoint ${path} is untouched` : 'nothing was saved yet';
      const result = await (one ? one(micro[0], scalars) : many!(micro, scalars, micro.map(weigh))).catch((error) => {
        throw new Error(`step ${step + 1} (rate ${rate}) failed, ${untouched}: ${error.message}`, { cause: error });
      });
      const bad = Object.entries(result).find(([, value]) => !Number.isFinite(value));
      if (bad)
        throw new Error(
          `${bad[0]} is ${bad[1]} at step ${step + 1} (rate ${rate}); ${untouched}. Lower the rate, lengthen the warm-up or clip gradients.`,
        );
      step++;
      last = result.loss;
      pending = { sum: pending.sum + last, count: pending.count + 1 };
      if (step % logEvery === 0 || step === steps) {
        const { loss: _, ...reported } = result;
        log.append({ step, loss: pending.sum / pending.count, rate, ...reported });
        pending = { sum: 0, count: 0 };
      }
      progress.step(step, { loss: last, rate });
      await observe();
      if (step % every === 0 || step === steps) await save();
      // Lets the handler of a signal run between two steps of an executor that never waits.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const finished = step === steps;
    if (!finished && step > 0 && step % every !== 0 && found?.step !== step) await save();
    if (!finished)
      progress.note(
        `stopped after step ${step} of ${steps}; ${path ? `resume from ${path}` : 'nothing to resume from'}`,
      );
    return { finished, step, loss: last, seconds: seconds(), checkpoint: path, log: logPath };
  } finally {
    progress.end();
    log.close();
    await (one ?? many)?.dispose();
  }
}
