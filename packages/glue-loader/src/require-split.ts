import { nearestNames } from '@interlayer/nearest-names';
import { type Task, tasks } from './tasks';

/**
 * The task of a name.
 * @throws when there is none, with the name that is most like it.
 */
export function requireTask(name: string): Task {
  return tasks[requireName('GLUE task', name, Object.keys(tasks)) as keyof typeof tasks];
}

/** @throws when a task has no such split, with the name that is most like it. */
export function requireSplit(task: string, split: string): void {
  requireName(`split of ${task}`, split, Object.keys(requireTask(task).rows));
}

function requireName(what: string, name: string, names: string[]): string {
  if (names.includes(name)) return name;
  const [nearest] = nearestNames(name, names);
  throw new Error(`There is no ${what} "${name}". Did you mean "${nearest}"? There are: ${names.join(', ')}.`);
}
