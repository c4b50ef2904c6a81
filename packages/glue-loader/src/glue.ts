import { basename, dirname, join } from 'node:path';
import { type FileSum, fileSum } from './file-sum';
import { type HubOptions, hubFile } from './hub-file';
import { localFile } from './local-file';
import { MRPC_DEV_IDS, MRPC_TRAIN, mrpcRows } from './mrpc-rows';
import { parquetRows } from './parquet-rows';
import { requireSplit, requireTask } from './require-split';
import { type GlueRow, toRow } from './rows';
import type { SplitOf, TaskName } from './tasks';
import { tsvRows } from './tsv-rows';

export interface GlueOptions extends HubOptions {
  /**
   * The folder of the data, in the layout of the official TSV files (`MRPC/dev.tsv`, or `.tsv.gz`) or of the hub
   * (`mrpc/validation-00000-of-00001.parquet`); or the path of one file. Default: the hub's `nyu-mll/glue`.
   */
  from?: string;
}

/** Where the rows come from, and whether they are all. */
export interface GlueFacts {
  /** The file with the rows, first, and any that was read besides. */
  files: FileSum[];
  /** The commit on the hub, and why it could not be checked; absent when the rows are from a local file. */
  commit?: string;
  unchecked?: string;
  rows: number;
  officialRows: number;
  /** Whether there are fewer rows than the official split has. */
  partial: boolean;
  /** What a reader of results should know, in sentences; empty when there is nothing. */
  warnings: string[];
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
  const rows: GlueRow<T, S>[] = [];
  let ended = true;
  for await (const raw of rawRows(path, task, split, (line) => malformed.push(line))) {
    rows.push(toRow(task, split, raw));
    ended = raw.ended;
  }

  const officialRows = requireTask(task).rows[split]!;
  if (rows.length === 0) throw new Error(`${path} has no rows.`);
  if (rows.length > officialRows) {
    throw new Error(
      `${path} has ${rows.length} rows, but the ${split} split of ${task} has ${officialRows}: it is another split or version, or rows were added.`,
    );
  }
  const partial = rows.length < officialRows;
  const warnings: string[] = [];
  if (partial)
    warnings.push(`${grouped(rows.length)} of ${grouped(officialRows)} rows of the ${split} split of ${task}.`);
  if (partial && !ended)
    warnings.push('No line break after the last row: if the file is cut off, that row is cut short.');
  if (malformed.length > 0)
    warnings.push(`Left out malformed lines, as the official count does: ${malformed.join(', ')}.`);
  const paths = isMrpcOriginal(path) ? [path, join(dirname(path), MRPC_DEV_IDS)] : [path];
  const files = await Promise.all(paths.map(fileSum));
  return { task, split, rows, facts: { files, ...origin, rows: rows.length, officialRows, partial, warnings } };
}

const grouped = (count: number) => count.toLocaleString('en-US');

const isMrpcOriginal = (path: string) => basename(path) === MRPC_TRAIN;

function rawRows(path: string, task: TaskName, split: string, onMalformed: (line: number) => void) {
  if (path.endsWith('.parquet')) return parquetRows(path, requireTask(task));
  if (task === 'mrpc' && isMrpcOriginal(path)) return mrpcRows(path, split);
  if (/\.(tsv|txt)(\.gz)?$/.test(path)) return tsvRows(path, requireTask(task), split, onMalformed);
  throw new Error(`${path}: expected a name that ends in .tsv, .tsv.gz or .parquet.`);
}
