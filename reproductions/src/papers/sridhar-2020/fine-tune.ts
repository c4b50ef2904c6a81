import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { createBatches, seedFrom } from '@interlayer/text-data';
import { adamW, classificationLoss, linearSchedule } from '@interlayer/training';
import { truncatedNormal } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { forEachBatch } from '../../materials/batches';
import type { ModelTensors, Specimen } from '../../subjects/specimen';

/** A text as a row of tokens, with its class, 0 or 1. */
export interface Example {
  ids: readonly number[];
  label: number;
}

/** How all models are fine-tuned, whatever the task. */
export const RECIPE = {
  batch: 16,
  peak: 1e-3,
  /** Share of the steps in which the rate grows; then it falls to 0. */
  warmUp: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  /** Scale of the classifier's first weights. */
  std: 0.02,
};

export interface TuningOptions {
  steps: number;
  /** Tokens that rows are padded to. */
  length: number;
  /** Decides the order of the examples and how the classifier starts, alike for all models. */
  seed: number;
}

export interface FineTuner {
  /** Returns to the model's own weights and gives a function that takes one step at each call. */
  begin(train: readonly Example[], options: TuningOptions): Promise<() => Promise<void>>;
  /** Takes all steps and tells which test examples are then classified right. */
  run(train: readonly Example[], test: readonly Example[], options: TuningOptions): Promise<boolean[]>;
  dispose(): Promise<void>;
}

/**
 * Compiles the training step and the classifier of a twin of a model: the mean of its last states over the real tokens, then one linear
 * layer. All weights are trained but those of the head that predicts tokens. The model itself stays as it is.
 */
export function createFineTuner(specimen: Specimen, { executor }: Runtime): FineTuner {
  const twin = specimen.initial(0);
  const trained = Object.fromEntries(Object.entries(twin.weights).filter(([name]) => !name.startsWith('cls.')));
  const [weight, bias] = [[specimen.width, 2], [2]].map((shape) => tf.tidy(() => tf.variable(tf.zeros(shape))));
  const variables = { ...trained, 'classifier.weight': weight!, 'classifier.bias': bias! };
  const state = Object.values(variables);
  const { weightDecay, clipNorm, batch, peak, warmUp, std } = RECIPE;
  const optimizer = adamW({ weightDecay, clipNorm })(variables);
  const logits = ({ ids, mask }: ModelTensors) => {
    const hidden = twin.trace({ ids, mask }, ['output']).at(-1)![0]!;
    const sum = tf.squeeze(tf.matMul(tf.expandDims(mask, 1) as tf.Tensor3D, hidden), [1]);
    return tf.add(tf.matMul(tf.div(sum, tf.sum(mask, 1, true)) as tf.Tensor2D, weight as tf.Tensor2D), bias!);
  };
  const loss = classificationLoss((inputs) => logits(inputs as ModelTensors));
  const step = executor.compileStep(loss, optimizer, state, { name: 'fine-tuning step' });
  const classes = executor.compile((inputs: ModelTensors) => tf.argMax(logits(inputs), 1), { state, name: 'classes' });

  const restart = (seed: number) => {
    for (const [name, variable] of Object.entries(trained)) variable.assign(specimen.weights[name]!);
    tf.tidy(() => {
      weight!.assign(tf.tensor(truncatedNormal(weight!.size, std, seed), weight!.shape));
      for (const variable of [bias!, ...optimizer.slots]) variable.assign(tf.zerosLike(variable));
    });
    return executor.push([...state, ...optimizer.slots]);
  };

  async function begin(train: readonly Example[], { steps, length, seed }: TuningOptions) {
    await restart(seedFrom(seed, 'classifier'));
    const schedule = linearSchedule({ peak, warmUp: Math.round(warmUp * steps), steps });
    const order = { seed: seedFrom(seed, 'order'), batchSize: batch, dropLast: true };
    const batches = createBatches(train, { ...order, padId: 0, bucket: length });
    let taken = 0;
    return async () => {
      const { ids, mask, shape, rows } = batches.next();
      const labels = Int32Array.from(rows, (row) => train[row]!.label);
      const inputs = {
        ids: hostTensor(ids, shape, 'int32'),
        mask: hostTensor(Float32Array.from(mask), shape, 'float32'),
        labels: hostTensor(labels, [batch], 'int32'),
      };
      await step(inputs, optimizer.scalars(++taken, schedule(taken)));
    };
  }

  return {
    begin,
    async run(train, test, options) {
      const next = await begin(train, options);
      for (let i = 0; i < options.steps; i++) await next();
      const right = new Array<boolean>(test.length);
      await forEachBatch(test, options.length, async (inputs, indices) => {
        const { data } = (await classes(inputs)) as HostTensor;
        for (const [row, index] of indices.entries()) right[index] = data[row] === test[index]!.label;
      });
      return right;
    },
    async dispose() {
      await step.dispose();
      await classes.dispose();
      optimizer.dispose();
      tf.dispose([weight!, bias!]);
      twin.dispose();
    },
  };
}
