import { stat } from 'node:fs/promises';
import type { RawRow } from './raw-row';
import { readTsv } from './read-tsv';
import { tasks } from './tasks';
import { rawRow } from './tsv-rows';

/** The file that GLUE splits into train and validation rows, as Microsoft publishes it. */
export const MRPC_TRAIN = 'msr_paraphrase_train.txt';
/** GLUE's list of the validation rows. */
export const MRPC_DEV_IDS = 'dev_ids.tsv';

const IDS = ['#1 ID', '#2 ID'];
const idsOf = (cells: Readonly<Record<string, string>>) => IDS.map((name) => cells[name]).join(' ');

/**
 * The train or validation rows of MRPC in Microsoft's file `path`: those whose two ids are in the file `ids` are the validation
 * rows. `idx` counts all rows of the file, as on the hub.
 *
 * @throws when the list does not exist; as {@link readTsv}.
 */
export async function* mrpcRows(path: string, ids: string, split: string): AsyncGenerator<RawRow, void, undefined> {
  await stat(ids).catch((cause) => {
    throw new Error(`${ids}, GLUE's list of the validation rows, does not exist. Put it beside ${MRPC_TRAIN}.`, {
      cause,
    });
  });
  const validation = new Set<string>();
  for await (const { cells } of readTsv(ids, { header: IDS, needed: IDS })) validation.add(idsOf(cells));
  const { texts, label } = tasks.mrpc;
  const columns = Object.values(texts);
  for await (const row of readTsv(path, { needed: [...IDS, ...columns, label.column] })) {
    if (validation.has(idsOf(row.cells)) === (split === 'validation')) yield rawRow(path, row, columns, label.column);
  }
}
