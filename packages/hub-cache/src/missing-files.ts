import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasContent } from './checked-content';
import type { ListedFile } from './file-list';
import { HubError } from './hub-error';
import type { RepoCache } from './repo-cache';
import { INDEX, shardsOf, wantedFiles } from './wanted-files';

/**
 * The files of a list that a snapshot needs and does not hold as they are listed. Shards count once their index is there, so ask again
 * after fetching what is missing.
 *
 * @throws HubError `unfit` when the list lacks something that is needed.
 */
export async function missingFiles(
  cache: RepoCache,
  commit: string,
  list: readonly ListedFile[],
  { patterns, signal }: { patterns?: readonly string[]; signal?: AbortSignal },
): Promise<ListedFile[]> {
  const snapshot = cache.snapshot(commit);
  const absent = async (files: readonly ListedFile[]) => {
    const missing: ListedFile[] = [];
    for (const file of files) {
      if (!(await hasContent(cache, file, join(snapshot, file.path), signal))) missing.push(file);
    }
    return missing;
  };
  const wanted = wantedFiles(
    list.map(({ path }) => path),
    patterns,
  );
  const missing = await absent(list.filter(({ path }) => wanted.includes(path)));
  if (missing.length || patterns || !wanted.includes(INDEX)) return missing;
  const shards = shardsOf(await readFile(join(snapshot, INDEX), 'utf8'));
  const lost = shards.find((shard) => !list.some(({ path }) => path === shard));
  if (lost !== undefined) {
    throw new HubError('unfit', `${INDEX} puts tensors into ${lost}, which does not exist.`);
  }
  return absent(list.filter(({ path }) => shards.includes(path)));
}
