import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RawRow } from './raw-row';
import { readTsv } from './read-tsv';
import { tasks } from './tasks';
import { rawRow } from './tsv-rows';

/** The file that GLUE splits into train and validation rows, as Microsoft publishes it. */
export const MRPC_TRAIN = 'msr_paraphrase_train.txt';
/** The official list of the validation rows, beside it. */
export const MRPC_DEV_IDS = 'dev_ids.tsv';

/**
 * The train or validation rows of MRPC in Microsoft's file. Those whose two ids are in `dev_ids.tsv` are the validation rows;
 * `idx` counts all rows of the file, as on the hub.
 */
export async function* mrpcRows(path: string, split: string): AsyncGenerator<RawRow, void, undefined> {
  const { texts, label } = tasks.mrpc;
  const columns = Object.values(texts);
  const ids = (cells: Readonly<Record<string, string>>) => `${cells['#1 ID']} ${cells['#2 ID']}`;
  const validation = new Set<string>();
  const idFile = join(dirname(path), MRPC_DEV_IDS);
  await stat(idFile).catch((cause) => {
    throw new Error(
      `${idFile}, the list of the validation rows, is not beside ${MRPC_TRAIN}. GLUE publishes it; put it there.`,
      { cause },
    );
  });
  for await (const { cells } of readTsv(idFile, { header: ['#1 ID', '#2 ID'], needed: [] })) validation.add(ids(cells));
  for await (const row of readTsv(path, { needed: ['#1 ID', '#2 ID', ...columns, label.column] })) {
    if (validation.has(ids(row.cells)) === (split === 'validation')) yield rawRow(path, row, columns, label.column);
  }
}
