import { tasks } from '@interlayer/glue-loader';
import { nearestNames } from '@interlayer/nearest-names';
import type { Subject } from '../subjects/subject';
import { type GlueTask, taskId } from '../subjects/task-texts';
import { UsageError } from './usage-error';

const names = Object.entries(tasks).flatMap(([name, { rows }]) => ('train' in rows ? [name as GlueTask] : []));

/**
 * A subject that is measured on texts of a task of GLUE: a column of its own, so that no result on other texts is taken for its.
 * @throws UsageError that names the nearest tasks
 */
export function onTask(subject: Subject, task: string, fraction: number): Subject {
  const known = names.find((name) => name === task);
  if (!known)
    throw new UsageError(
      `There is no task "${task}". The nearest are ${nearestNames(task, names).join(', ')}; the tasks are ${names.join(', ')}.`,
    );
  const reads = { task: known, fraction };
  return { ...subject, id: `${subject.id}-${taskId(reads)}`, reads };
}
