import type { Stats } from 'node:fs';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sumAt } from './content-sum';
import type { ListedFile } from './file-list';
import type { RepoCache } from './repo-cache';

// A file that somebody else put into the cache is read once to compare its sum. What was right is remembered beside the
// blobs, one line for each inode, size and time of change.

/** The lines of this process, for a cache that cannot be written. */
const checkedHere = new Set<string>();

const lineOf = ({ ino, size, mtimeMs }: Stats) => `${ino} ${size} ${mtimeMs}`;

/** Notes that a file has the content which the list of files gives it. */
export async function rememberChecked(cache: RepoCache, file: ListedFile, path: string): Promise<void> {
  const line = lineOf(await stat(path));
  const place = cache.checked(file.blob);
  checkedHere.add(`${place} ${line}`);
  await mkdir(dirname(place), { recursive: true })
    .then(() => appendFile(place, `${line}\n`))
    // A read-only cache still works.
    .catch(() => {});
}

/**
 * Whether a path holds the content of a listed file: its size and, where the sum is known, its sum.
 * @throws the signal's reason when it stops.
 */
export async function hasContent(
  cache: RepoCache,
  file: ListedFile,
  path: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile() || stats.size !== file.size) return false;
  if (file.blob === '') return true;
  const place = cache.checked(file.blob);
  const line = lineOf(stats);
  if (checkedHere.has(`${place} ${line}`)) return true;
  const lines = await readFile(place, 'utf8').catch(() => '');
  if (lines.split('\n').includes(line)) return true;
  if ((await sumAt(path, file, signal)) !== file.blob) return false;
  await rememberChecked(cache, file, path);
  return true;
}
