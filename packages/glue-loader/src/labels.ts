import { nearestNames } from '@interlayer/nearest-names';
import { requireTask } from './require-split';
import type { TaskName, tasks } from './tasks';

type Names<T extends TaskName> = (typeof tasks)[T]['label'] extends { names: infer N extends readonly string[] }
  ? N
  : never;
type IndexOf<N> = N extends readonly string[]
  ? keyof N extends infer K
    ? K extends `${infer I extends number}`
      ? I
      : never
    : never
  : never;

/** A task whose labels are classes: every one but `stsb`. */
export type Classification = { [T in TaskName]: Names<T> extends never ? never : T }[TaskName];

/** The names of a task's classes, such as `'not_equivalent' | 'equivalent'`. */
export type LabelName<T extends Classification> = T extends Classification ? Names<T>[number] : never;

/** A label: the id of a class, such as `0 | 1`, or for `stsb` a score from 0 to 5. */
export type Label<T extends TaskName> = T extends Classification ? IndexOf<Names<T>> : number;

/**
 * The name of a label, as the paper has it: `labelName('mrpc', 1)` is `'equivalent'`.
 * @throws when the task has no label with this id.
 */
export function labelName<T extends Classification>(task: T, id: Label<T>): LabelName<T> {
  requireLabel(task, id);
  return namesOf(task)[id] as LabelName<T>;
}

/**
 * The id of a label: `labelId('mrpc', 'equivalent')` is 1.
 * @throws when the task has no label of this name.
 */
export function labelId<T extends Classification>(task: T, name: LabelName<T>): Label<T> {
  const names = namesOf(task);
  const id = names.indexOf(name);
  if (id >= 0) return id as Label<T>;
  throw new Error(
    `${task} has no label "${name}". Did you mean "${nearestNames(name, names)[0]}"? It has: ${names.join(', ')}.`,
  );
}

/** @throws when a number is not a label of the task. */
export function requireLabel(task: TaskName, value: number): void {
  const { label } = requireTask(task);
  if ('names' in label) {
    if (Number.isInteger(value) && value >= 0 && value < label.names.length) return;
    throw new Error(
      `${value} is not a label of ${task}: expected ${label.names.map((name, id) => `${id} (${name})`).join(', ')}.`,
    );
  }
  const [least, largest] = label.range;
  if (!(value >= least && value <= largest))
    throw new Error(`${value} is not a score of ${task}: expected ${least} to ${largest}.`);
}

function namesOf(task: string): readonly string[] {
  const { label } = requireTask(task);
  if ('names' in label) return label.names;
  throw new Error(`The labels of ${task} are scores, which have no names.`);
}
