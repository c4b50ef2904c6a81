import { type Numbers, pearson, spearman } from '@interlayer/stats';
import { accuracy } from './accuracy';
import { f1 } from './f1';
import { type Label, requireLabel } from './labels';
import { matthewsCorrelation } from './matthews-correlation';
import { requireTask } from './require-split';
import type { Metric, TaskName, tasks } from './tasks';

/** The official metrics of a task by name: for `mrpc` `{ accuracy, f1 }`. */
export type Score<T extends TaskName> = T extends TaskName
  ? Record<(typeof tasks)[T]['metrics'][number], number>
  : never;

const metrics: Record<Metric, (predictions: Numbers, labels: Numbers) => number> = {
  accuracy,
  f1,
  matthewsCorrelation,
  pearson,
  spearman,
};

/**
 * The official metrics of a task, as fractions (the leaderboard shows them × 100). For `mnli`, score the matched and the
 * mismatched split each by itself.
 *
 * @param predictions ids of classes; for `stsb` any finite numbers.
 * @param labels those of the rows, in the same order; hidden ones are refused.
 * @throws when the lists differ in length, are empty, or hold what is no label of the task, with its index.
 */
export function score<T extends TaskName>(task: T, predictions: Numbers, labels: ArrayLike<Label<T>>): Score<T> {
  const { metrics: names, label } = requireTask(task);
  requireLabels(task, 'label', labels);
  if ('names' in label) requireLabels(task, 'prediction', predictions);
  return Object.fromEntries(names.map((name) => [name, metrics[name](predictions, labels)])) as Score<T>;
}

function requireLabels(task: TaskName, what: string, values: Numbers): void {
  for (let i = 0; i < values.length; i++) {
    try {
      requireLabel(task, values[i]);
    } catch (cause) {
      throw new Error(`The ${what} at index ${i}: ${(cause as Error).message}`, { cause });
    }
  }
}
