import type { LinearModel } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { createBatches, maskTokens, seedFrom } from '@interlayer/text-data';
import { adamW, linearSchedule, maskedLoss } from '@interlayer/training';
import * as tf from '@tensorflow/tfjs-core';
import type { TokenRow } from '../../../materials/hidden-states';
import { logitsOf } from '../../../materials/reader';
import type { ModelTensors, Specimen } from '../../../subjects/specimen';
import type { AskedRow } from './asked-rows';
import type { Part } from './stand-ins';
import { askedBatches, predictions, scoresOf, type TokenScores } from './token-scores';
import { openTrial, type Trial } from './trial';

/**
 * How a model is trained further, whatever was done to it: as in its pre-training, on half as many rows a step. The rate is the
 * largest of four (1e-4, 2e-4, 4e-4, 7.5e-4) at which 80 steps cost the unchanged model less than half a point on validation text.
 */
export const RECIPE = {
  batch: 8,
  maskRate: 0.2,
  peak: 2e-4,
  /** Share of the steps in which the rate grows; then it falls to 0. */
  warmUp: 0.1,
  beta2: 0.98,
  weightDecay: 0.01,
  clipNorm: 1,
};

export interface Outcome {
  before: TokenScores;
  after: TokenScores;
}

export interface TrainingText {
  /** Rows of one length that a model is trained on, in an order that the seed decides. */
  rows: readonly TokenRow[];
  /** Rows that it is scored on. */
  held: readonly AskedRow[];
}

export interface TrainingOptions {
  steps: number;
  /** Rows a step, unless the recipe's. */
  batch?: number;
  seed: number;
}

export interface Trainer {
  /** Scores a model changed as the trial says, trains it, and scores it again. The model itself stays as it is. */
  run(
    specimen: Specimen,
    maps: readonly Readonly<Record<Part, LinearModel>>[],
    text: TrainingText,
    options: TrainingOptions,
  ): Promise<Outcome>;
  dispose(): Promise<void>;
}

/** Compiles the training step and the scores of a trial, for all models of one shape. */
export function createTrainer(like: Specimen, trial: Trial, { executor }: Runtime, seed: number): Trainer {
  const twin = like.initial(0);
  const { order, edits, trained, assign, dispose } = openTrial(twin, trial, seed);
  const state = [...new Set([...Object.values(twin.weights), ...Object.values(trained)])];
  const rest = state.filter((variable) => !Object.values(trained).includes(variable));
  const { weightDecay, clipNorm, beta2, maskRate, peak, warmUp } = RECIPE;
  const optimizer = adamW({ weightDecay, clipNorm, beta2 })(trained);
  const stream = (tensors: ModelTensors) => twin.streamAfter(order, tensors, undefined, edits);
  const loss = maskedLoss(({ ids }) => stream({ ids, mask: tf.ones(ids.shape) }), logitsOf(twin.readouts[0]!));
  const step = executor.compileStep(loss, optimizer, Object.values(trained), { state: rest, name: trial.name });
  const read = executor.compile(
    ({ places, labels, ...tensors }: ModelTensors & { places: tf.Tensor1D; labels: tf.Tensor1D }) =>
      predictions(twin, stream(tensors), { places, labels }),
    { state, name: `${trial.name}, predictions` },
  );

  const score = async (rows: readonly AskedRow[]): Promise<TokenScores> => {
    const predicted = [];
    for (const { rows: some, tensors, asked } of askedBatches(rows)) {
      const { top, losses } = (await read({ ...tensors, ...asked })) as Record<'top' | 'losses', HostTensor>;
      predicted.push({ rows: some, top: top.data, losses: losses.data });
    }
    return scoresOf(predicted);
  };

  return {
    async run(specimen, models, { rows, held }, { steps, batch = RECIPE.batch, seed }) {
      for (const [name, variable] of Object.entries(twin.weights)) variable.assign(specimen.weights[name]!);
      assign(models);
      tf.tidy(() => {
        for (const slot of optimizer.slots) slot.assign(tf.zerosLike(slot));
      });
      await executor.push([...state, ...optimizer.slots]);
      const before = await score(held);
      if (steps === 0) return { before, after: before };
      const schedule = linearSchedule({ peak, warmUp: Math.round(warmUp * steps), steps });
      const { cls, sep } = specimen.tokenizer.special;
      const framed = rows.map(({ ids }) => ({ ids: Int32Array.from([cls!, ...ids, sep!]) }));
      const batches = createBatches(framed, { batchSize: batch, seed: seedFrom(seed, 'batches'), dropLast: true });
      for (let i = 1; i <= steps; i++) {
        const { ids, shape } = batches.next();
        const slots = Math.round(maskRate * batch * rows[0]!.ids.length);
        const options = { rate: maskRate, slots, seed: seedFrom(seed, 'masks', i) };
        const { inputIds, positions, labels, weights } = maskTokens({ ids }, specimen.tokenizer, options);
        const inputs = {
          ids: hostTensor(inputIds, shape),
          positions: hostTensor(positions, [slots]),
          labels: hostTensor(labels, [slots]),
          weights: hostTensor(weights, [slots]),
        };
        await step(inputs, optimizer.scalars(i, schedule(i)));
      }
      return { before, after: await score(held) };
    },
    async dispose() {
      await step.dispose();
      await read.dispose();
      optimizer.dispose();
      dispose();
      twin.dispose();
    },
  };
}
