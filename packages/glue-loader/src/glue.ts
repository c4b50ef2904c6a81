import { fileSum } from './file-sum';
import { checkRows, type GlueFacts } from './glue-facts';
import { type HubOptions, hubFile } from './hub-file';
import { localFile } from './local-file';
import { rawRows } from './raw-rows';
import { requireSplit, requireTask } from './require-split';
import { type GlueRow, toRow } from './rows';
import type { SplitOf, TaskName } from './tasks';

export interface GlueOptions extends HubOptions {
  /**
   * The folder of the data, in the layout of the official TSV files (`MRPC/dev.tsv`, or `.tsv.gz`) or of the hub
   * (`mrpc/validation-00000-of-00001.parquet`); or the path of one file. Default: the hub's `nyu-mll/glue`.
   */
  from?: string;
}

export interface GlueSplit<T extends TaskName, S extends SplitOf<T> = SplitOf<T>> {
  task: T;
  split: S;
  rows: GlueRow<T, S>[];
  facts: GlueFacts;
}

/**
 * Loads a split of a GLUE task.
 *
 * @param split named as on the hub: `train`, `validation`, `test`; of `mnli` `validation_matched` and so on; of `ax` `test`.
 * @throws with path and line when a column is absent, a label is wrong, the file is cut off, or there are more rows than the
 *   official split has; a HubError when the hub cannot be read.
 */
export async function glue<T extends TaskName, S extends SplitOf<T>>(
  task: T,
  split: S,
  options: GlueOptions = {},
): Promise<GlueSplit<T, S>> {
  const { from, ...hub } = options;
  requireSplit(task, split);
  if (from !== undefined && hub.revision !== undefined) {
    throw new Error(`"${from}" is a path, so it has no revision "${hub.revision}".`);
  }
  const { path, ...origin } =
    from === undefined ? await hubFile(task, split, hub) : { path: await localFile(task, split, from) };
  const malformed: number[] = [];
  const source = rawRows(path, task, split, (line) => malformed.push(line));
  const rows: GlueRow<T, S>[] = [];
  let ended = true;
  for await (const raw of source.rows) {
    rows.push(toRow(task, split, raw));
    ended = raw.ended;
  }
  const officialRows = requireTask(task).rows[split]!;
  const count = checkRows(path, `${split} split of ${task}`, { rows: rows.length, officialRows, ended, malformed });
  return { task, split, rows, facts: { files: await Promise.all(source.files.map(fileSum)), ...origin, ...count } };
}
