import { requireLabel } from './labels';
import { requireTask } from './require-split';
import type { TaskName } from './tasks';

/** A label as a file has it: text in TSV, a number in parquet; absent where the column is. */
export type Cell = string | number | bigint | null | undefined;

/**
 * The label in a cell; undefined where it is hidden: absent, empty or −1.
 * @throws when it is no label of the task.
 */
export function readLabel(task: TaskName, cell: Cell): number | undefined {
  if (cell === undefined || cell === null || cell === '' || Number(cell) === -1) return undefined;
  const { label } = requireTask(task);
  if ('range' in label) {
    // Scores have three decimals at most; float32 and the official files ("2.7999999999999998") blur them.
    const score = typeof cell === 'string' ? decimal(cell, /^\d+(\.\d+)?$/) : Number(cell);
    requireLabel(task, score);
    return Math.round(score * 1000) / 1000;
  }
  if (typeof cell === 'string' && label.written === 'name') {
    const id = label.names.indexOf(cell);
    if (id < 0) throw new Error(`"${cell}" is not a label of ${task}: expected ${label.names.join(', ')}.`);
    return id;
  }
  const id = typeof cell === 'string' ? decimal(cell, /^\d+$/) : Number(cell);
  requireLabel(task, id);
  return id;
}

function decimal(text: string, form: RegExp): number {
  if (!form.test(text)) throw new Error(`The label is "${text}": expected a number.`);
  return Number(text);
}
