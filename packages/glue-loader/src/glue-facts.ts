import type { FileSum } from './file-sum';

/** Where rows come from, and whether they are all of their split. It belongs beside every result. */
export interface GlueFacts {
  /** The file with the rows, and after it any other that was read. */
  files: FileSum[];
  /** The commit on the hub; absent when the rows are from a local file. */
  commit?: string;
  /** Why the hub could not be asked whether the branch still is at that commit; absent if it was asked. */
  unchecked?: string;
  rows: number;
  officialRows: number;
  /** Whether there are fewer rows than the official split has. */
  partial: boolean;
  /** What a reader of results should know, in sentences; empty when there is nothing to say. */
  warnings: string[];
}

/** What reading a file showed. */
export interface RowCount {
  rows: number;
  officialRows: number;
  /** Whether a line break follows the last row. */
  ended: boolean;
  /** The numbers of the malformed lines. */
  malformed: readonly number[];
}

const grouped = (count: number) => count.toLocaleString('en-US');

/**
 * Compares the number of rows with the official one.
 * @param path the file, for errors.
 * @param what the split in words, such as `validation split of mrpc`.
 * @throws when there are none, or more than the official split has.
 */
export function checkRows(
  path: string,
  what: string,
  { rows, officialRows, ended, malformed }: RowCount,
): Pick<GlueFacts, 'rows' | 'officialRows' | 'partial' | 'warnings'> {
  if (rows === 0) throw new Error(`${path} has no rows.`);
  if (rows > officialRows) {
    throw new Error(
      `${path} has ${grouped(rows)} rows, but the ${what} has ${grouped(officialRows)}: it is another split or version, or rows were added.`,
    );
  }
  const partial = rows < officialRows;
  const warnings: string[] = [];
  if (partial) warnings.push(`${grouped(rows)} of ${grouped(officialRows)} rows of the ${what}.`);
  if (partial && !ended)
    warnings.push('No line break after the last row: if the file is cut off, that row is cut short.');
  if (malformed.length > 0)
    warnings.push(`Left out malformed lines, as the official count does: ${malformed.join(', ')}.`);
  return { rows, officialRows, partial, warnings };
}
