import { basename, dirname, join } from 'node:path';
import { MRPC_DEV_IDS, MRPC_TRAIN, mrpcRows } from './mrpc-rows';
import { parquetRows } from './parquet-rows';
import type { RawRow } from './raw-row';
import { requireTask } from './require-split';
import type { TaskName } from './tasks';
import { tsvRows } from './tsv-rows';

/** The rows of a split in a file, and the files that they are read from. */
export interface RawRows {
  files: string[];
  rows: AsyncGenerator<RawRow, void, undefined>;
}

/**
 * Opens a file by its name: official TSV, Microsoft's MRPC, or parquet.
 *
 * @param onMalformed called for each line that the official count leaves out too.
 * @throws when the name ends in none of their endings.
 */
export function rawRows(path: string, task: TaskName, split: string, onMalformed: (line: number) => void): RawRows {
  const shape = requireTask(task);
  if (path.endsWith('.parquet')) return { files: [path], rows: parquetRows(path, shape) };
  if (task === 'mrpc' && basename(path) === MRPC_TRAIN) {
    const ids = join(dirname(path), MRPC_DEV_IDS);
    return { files: [path, ids], rows: mrpcRows(path, ids, split) };
  }
  if (/\.(tsv|txt)(\.gz)?$/.test(path)) return { files: [path], rows: tsvRows(path, shape, split, onMalformed) };
  throw new Error(`${path}: expected a name that ends in .tsv, .tsv.gz or .parquet.`);
}
