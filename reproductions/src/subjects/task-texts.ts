import type { TaskName } from '@interlayer/glue-loader';

/** The tasks of GLUE that have train rows. */
export type GlueTask = Exclude<TaskName, 'ax'>;

/** Texts that claims read in place of the corpus. */
export interface TaskTexts {
  task: GlueTask;
  /** Share of the rows of each split that is drawn, above 0 and at most 1. */
  fraction: number;
}

/** `mnli-0.1`: in the ids of subjects. */
export const taskId = ({ task, fraction }: TaskTexts): string => `${task}-${fraction}`;

/** "10 % of GLUE mnli" */
export const taskText = ({ task, fraction }: TaskTexts): string =>
  `${fraction === 1 ? 'all' : `${Number((100 * fraction).toPrecision(6))} %`} of GLUE ${task}`;
