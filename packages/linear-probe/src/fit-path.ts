import { rowWeights } from './class-weights';
import { classCounts } from './labels';
import { type FittedModel, fitLogistic } from './logistic';
import type { ProbeTask } from './probe-task';
import { fitRidgeClassifiers } from './ridge-classifier';
import type { Part } from './split';
import { fitStandardizer, forRawFeatures, standardize } from './standardizer';
import { takeRows, takeValues } from './take-rows';

/** The probes of a path of penalties, largest first, and what they were fitted on. */
export interface Path {
  /** Models of the features as they came; loss and gradient are those of the standardized ones. */
  models: FittedModel[];
  /** Train rows of each class. */
  counts: Int32Array;
}

/**
 * Fits a probe for each λ on the train rows, standardized by themselves. Logistic probes start from the minimum of the larger λ.
 * @throws as {@link fitLogistic}, with the λ at fault, and when a ridge solution leaves a gradient above the tolerance.
 */
export function fitPath(task: ProbeTask, train: Part<'train'>): Path {
  const { classes, lambdas, tolerance = 1e-6, maxIterations } = task;
  const standardizer = fitStandardizer(task.X, train);
  const ids = takeValues(task.ids, train.rows);
  const rows = {
    X: standardize(takeRows(task.X, train.rows), standardizer),
    ids,
    classes: classes.length,
    weights: rowWeights(ids, classes, task.classWeights),
  };
  let models: FittedModel[];
  if (task.kind === 'ridge') models = fitRidgeClassifiers(rows, lambdas);
  else {
    models = [];
    for (const lambda of lambdas) {
      try {
        models.push(fitLogistic({ ...rows, lambda, start: models.at(-1), tolerance, maxIterations }));
      } catch (error) {
        throw new Error(`With lambda ${lambda}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  for (const { lambda, gradientNorm } of models)
    if (!(gradientNorm < tolerance))
      throw new Error(
        `With lambda ${lambda} the solution leaves a gradient of ${gradientNorm}, not below ${tolerance}: the columns nearly depend on each other. Give a larger lambda.`,
      );
  return {
    models: models.map((model) => ({ ...model, ...forRawFeatures(model, standardizer) })),
    counts: classCounts(ids, classes.length),
  };
}
