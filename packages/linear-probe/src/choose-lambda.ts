import { mean } from '@interlayer/stats';
import { fitPath } from './fit-path';
import { labelBits } from './label-bits';
import type { FittedModel } from './logistic';
import { score } from './metric';
import type { ProbeTask } from './probe-task';
import { predictedClasses, scoresOf } from './scores';
import type { Part } from './split';
import { takeRows, takeValues } from './take-rows';

/** One λ: how well its probe solves its problem, and how well it does on dev. */
export interface PathPoint {
  lambda: number;
  /** The penalised loss on the train rows. */
  trainLoss: number;
  /** ∞-norm of that loss's gradient. */
  gradientNorm: number;
  iterations: number;
  /** The metric on dev. */
  dev: number;
  /** Mean bits of a dev label; absent where the probe has no probabilities. */
  devBits?: number;
}

export interface ChosenProbe {
  /** The model of the features as they came. */
  model: FittedModel;
  /** Train rows of each class. */
  counts: Int32Array;
  /** From the largest λ to the smallest. */
  path: PathPoint[];
  /** Why the best λ may lie beyond the path. */
  warning?: string;
}

/**
 * Fits the path on train and takes the λ that does best on dev: in the metric and, among equals, in bits; or in bits alone
 * (`by: 'bits'`). Among those that are equal in both, or have no bits, the largest.
 */
export function chooseLambda(
  task: ProbeTask,
  train: Part<'train'>,
  dev: Part<'dev'>,
  { by = 'metric' as 'metric' | 'bits' } = {},
): ChosenProbe {
  const { models, counts } = fitPath(task, train);
  const [X, truth] = [takeRows(task.X, dev.rows), takeValues(task.ids, dev.rows)];
  const varied: boolean[] = [];
  const path = models.map((model): PathPoint => {
    const scores = scoresOf(model, X);
    const predicted = predictedClasses(scores);
    varied.push(predicted.some((id) => id !== predicted[0]));
    const { lambda, loss: trainLoss, gradientNorm, iterations } = model;
    const dev = score(task.metric, truth, predicted);
    const point: PathPoint = { lambda, trainLoss, gradientNorm, iterations, dev };
    if (task.kind === 'logistic') point.devBits = mean(labelBits(scores, truth, counts));
    return point;
  });
  const better = (a: PathPoint, b: PathPoint) =>
    by === 'metric' && a.dev !== b.dev ? a.dev > b.dev : (a.devBits ?? 0) < (b.devBits ?? 0);
  const best = path.indexOf(path.reduce((leader, point) => (better(point, leader) ? point : leader)));
  const chosen: ChosenProbe = { model: models[best], counts, path };
  // A probe that predicts the same class everywhere would not be changed by a larger penalty.
  if (path.length === 1) return chosen;
  if (best === path.length - 1) chosen.warning = edge(path[best].lambda, 'smallest');
  else if (best === 0 && varied[0]) chosen.warning = edge(path[best].lambda, 'largest');
  return chosen;
}

const edge = (lambda: number, which: 'smallest' | 'largest') =>
  `the best lambda, ${lambda}, is the ${which} of the path; the optimum may lie beyond: extend the path`;
