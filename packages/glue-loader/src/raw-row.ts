import type { Cell } from './read-label';

/** A row as a file has it. */
export interface RawRow {
  /** The file and the line or row, for errors. */
  place: string;
  idx: number;
  /** In the order of the task's texts. */
  texts: string[];
  label: Cell;
  /** False when the file stops within its line, or right after it without a line break. */
  ended: boolean;
}
