import type { RawRow } from './raw-row';
import { readTsv, type TsvRow } from './read-tsv';
import { isTest } from './rows';
import type { Task } from './tasks';

/** The rows of an official TSV file; `onMalformed` is called for each line that the official count leaves out too. */
export async function* tsvRows(
  path: string,
  { texts, label, header, malformedLines }: Task,
  split: string,
  onMalformed: (line: number) => void,
): AsyncGenerator<RawRow, void, undefined> {
  const columns = Object.values(texts);
  const rows = readTsv(path, {
    header: isTest(split) ? undefined : header,
    needed: isTest(split) ? columns : [...columns, label.column],
    onMalformed: malformedLines ? onMalformed : undefined,
  });
  for await (const row of rows) yield rawRow(path, row, columns, label.column);
}

export function rawRow(
  path: string,
  { line, index, cells, ended }: TsvRow,
  columns: readonly string[],
  label: string,
): RawRow {
  const texts = columns.map((column) => cells[column]!);
  return { place: `${path}, line ${line}`, idx: index, texts, label: cells[label], ended };
}
