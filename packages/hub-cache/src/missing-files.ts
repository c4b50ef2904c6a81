import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedFile } from './file-list';
import { HubError } from './hub-error';
import { INDEX, shardsOf, wantedFiles } from './wanted-files';

/**
 * The files of a list that a snapshot needs and does not hold completely. Shards count once their index is there, so ask again
 * after fetching what is missing.
 *
 * @throws HubError `unfit` when the list lacks something that is needed.
 */
export async function missingFiles(
  snapshot: string,
  list: readonly ListedFile[],
  patterns?: readonly string[],
): Promise<ListedFile[]> {
  const wanted = wantedFiles(
    list.map(({ path }) => path),
    patterns,
  );
  const missing = await absent(
    snapshot,
    list.filter(({ path }) => wanted.includes(path)),
  );
  if (missing.length || patterns || !wanted.includes(INDEX)) return missing;
  const shards = shardsOf(await readFile(join(snapshot, INDEX), 'utf8'));
  const lost = shards.find((shard) => !list.some(({ path }) => path === shard));
  if (lost !== undefined) {
    throw new HubError('unfit', `${INDEX} puts tensors into ${lost}, which does not exist.`);
  }
  return absent(
    snapshot,
    list.filter(({ path }) => shards.includes(path)),
  );
}

async function absent(snapshot: string, files: readonly ListedFile[]): Promise<ListedFile[]> {
  const sizes = await Promise.all(
    files.map(({ path }) =>
      stat(join(snapshot, path)).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  return files.filter(({ size }, i) => sizes[i] !== size);
}
