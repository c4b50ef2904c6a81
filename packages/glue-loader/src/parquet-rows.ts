import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { RawRow } from './raw-row';
import type { Cell } from './read-label';
import { requireColumns } from './require-columns';
import type { Task } from './tasks';

/**
 * The rows of a parquet file of the hub.
 * @throws with path and row when the file is damaged, a column is absent, or a text is not one.
 */
export async function* parquetRows(path: string, { texts }: Task): AsyncGenerator<RawRow, void, undefined> {
  const names = Object.keys(texts);
  const columns = [...names, 'label', 'idx'];
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch(damaged(path));
  requireColumns(
    path,
    parquetSchema(metadata).children.map(({ element }) => element.name),
    columns,
  );
  const rows = await parquetReadObjects({ file, metadata, columns, compressors }).catch(damaged(path));
  for (const [i, row] of rows.entries()) {
    const place = `${path}, row ${i + 1}`;
    for (const name of names) {
      if (typeof row[name] !== 'string') throw new Error(`${place}: "${name}" is ${row[name]} instead of text.`);
    }
    const values = names.map((name) => row[name] as string);
    yield { place, idx: Number(row.idx), texts: values, label: row.label as Cell, ended: true };
  }
}

const damaged = (path: string) => (cause: Error) => {
  throw new Error(`${path} is not parquet, or is damaged or cut off: ${cause.message}. Get it again.`, { cause });
};
