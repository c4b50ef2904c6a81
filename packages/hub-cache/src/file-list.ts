import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { ListFileEntry } from '@huggingface/hub';
import { writeAtomically } from '@interlayer/atomic-write';
import { HubError } from './hub-error';

/** A file of a repository at one commit. */
export interface ListedFile {
  path: string;
  /** Bytes. */
  size: number;
  /** The name of its content in the cache: the sha256 of a large file (64 digits), git's sha1 of a small one (40 digits); empty where
   * nothing says. */
  blob: string;
}

interface StoredEntry {
  size: number;
  blob_id: string;
  lfs_sha256?: string;
  lfs_size?: number;
  xet_hash?: string;
}

const BLOB = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
// Names come from the repository and are joined to folders here: none may lead out of them, on any operating system, or be
// another spelling of the same path.
const LEADS_OUT = /(^|\/)\.{0,2}(\/|$)|[\\:\0]/;

/** A commit's list of files, as Python's huggingface_hub stores it. */
export interface StoredList {
  format_version: 1;
  files: Readonly<Record<string, StoredEntry>>;
}

/** The list of a commit, from the hub's answer. */
export const storedList = (entries: readonly ListFileEntry[]): StoredList => ({
  format_version: 1,
  files: Object.fromEntries(
    entries
      .filter(({ type, oid }) => type === 'file' && oid)
      .map(({ path, size, oid, lfs, xetHash }) => [
        path,
        {
          size,
          blob_id: oid!,
          ...(lfs ? { lfs_sha256: lfs.oid, lfs_size: lfs.size } : {}),
          ...(xetHash ? { xet_hash: xetHash } : {}),
        },
      ]),
  ),
});

/** Stores a list: a commit never changes, so once is enough. */
export async function keepFileList(path: string, list: StoredList): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
    .then(() => writeAtomically(path, JSON.stringify(list, undefined, 1)))
    // A read-only cache still works.
    .catch(() => {});
}

/** The stored list, by this package or by Python; undefined if there is none that makes sense, as after a fault of the disk. */
export async function keptFileList(path: string): Promise<ListedFile[] | undefined> {
  try {
    const stored = JSON.parse(await readFile(path, 'utf8'));
    return stored.format_version === 1 ? listedFiles(stored) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws HubError `unfit` when a name leads out of the folder or is another name of the same file, or a size is none. */
export function listedFiles({ files }: StoredList): ListedFile[] {
  return Object.entries(files).map(([name, { size, blob_id, lfs_sha256, lfs_size }]) => {
    const file = { path: name, size: lfs_size ?? size, blob: lfs_sha256 ?? blob_id };
    const isSum = typeof file.blob === 'string' && BLOB.test(file.blob);
    if (LEADS_OUT.test(name) || !isSum || !Number.isSafeInteger(file.size) || file.size < 0) {
      throw new HubError(
        'unfit',
        `it lists ${JSON.stringify(name)} (${file.blob}, ${file.size} bytes), which cannot be stored as a file.`,
      );
    }
    return file;
  });
}

/** The files that a snapshot's folder holds, for commits without a stored list. */
export async function presentFiles(snapshot: string): Promise<ListedFile[]> {
  const entries = await readdir(snapshot, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: ListedFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    // Follows links: a link to a missing blob does not count.
    const file = await stat(path).catch(() => undefined);
    if (!file?.isFile()) continue;
    // In a cache with links, what they lead to is named by its sum.
    const blob = basename(await realpath(path));
    files.push({
      path: relative(snapshot, path).split(sep).join('/'),
      size: file.size,
      blob: BLOB.test(blob) ? blob : '',
    });
  }
  return files;
}
