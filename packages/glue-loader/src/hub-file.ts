import { join } from 'node:path';
import { type HubFolderOptions, hubFolder } from '@interlayer/hub-cache';

/** Where and how to ask the hub; see `hubFolder` of `@interlayer/hub-cache`. */
export type HubOptions = Omit<HubFolderOptions, 'files' | 'inspect'>;

export interface HubFile {
  path: string;
  /** The commit of `nyu-mll/glue` that the file belongs to. */
  commit: string;
  /** Why the hub could not be asked whether the revision still is this commit; absent if it was asked. */
  unchecked?: string;
}

/** Where the file of a split lies in the repository. */
export const hubPath = (task: string, split: string): string => `${task}/${split}-00000-of-00001.parquet`;

/**
 * The parquet file of a split in the cache that is shared with Python, downloaded from the hub if it is not there.
 * @throws HubError
 */
export async function hubFile(task: string, split: string, options: HubOptions): Promise<HubFile> {
  const path = hubPath(task, split);
  const { folder, commit, unchecked } = await hubFolder('datasets/nyu-mll/glue', { ...options, files: [path] });
  return { path: join(folder, path), commit, ...(unchecked !== undefined && { unchecked }) };
}
