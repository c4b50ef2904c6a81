import { requireColumns } from './require-columns';
import { textLines } from './text-lines';

export interface TsvOptions {
  /** The columns, if the file has no header. Default: its first line. */
  header?: readonly string[];
  needed: readonly string[];
  /** Called for a row with the wrong number of fields, which is then left out. Default: such a row is an error. */
  onMalformed?(line: number): void;
}

export interface TsvRow {
  /** From 1, the header and blank lines included. */
  line: number;
  /** From 0, malformed rows included. */
  index: number;
  cells: Readonly<Record<string, string>>;
  /** Whether a line break follows. */
  ended: boolean;
}

/**
 * The rows of a tab-separated file without quoting: a quotation mark is a character like any other. Blank lines are no rows.
 *
 * @throws with path and line when a needed column is absent, or a row has the wrong number of fields; as {@link textLines}.
 */
export async function* readTsv(
  path: string,
  { header, needed, onMalformed }: TsvOptions,
): AsyncGenerator<TsvRow, void, undefined> {
  let columns = header;
  let index = -1;
  for await (const { number, text, ended } of textLines(path)) {
    if (text === '') continue;
    const fields = text.split('\t');
    if (!columns) {
      columns = fields;
      requireColumns(`${path}, line ${number}`, columns, needed);
      continue;
    }
    index++;
    if (fields.length === columns.length) {
      yield { line: number, index, cells: Object.fromEntries(columns.map((name, i) => [name, fields[i]!])), ended };
    } else if (onMalformed && ended) {
      onMalformed(number);
    } else {
      const cut = ended ? '' : ', and no line break after them: the file is cut off';
      throw new Error(`${path}, line ${number}: there are ${fields.length} fields instead of ${columns.length}${cut}.`);
    }
  }
  if (!columns) throw new Error(`${path} is empty; its first line should be a header with ${needed.join(', ')}.`);
}
