import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ListFileEntry } from '@huggingface/hub';
import { writeAtomically } from '@interlayer/atomic-write';
import { HubError } from './hub-error';

/** A file of a repository at one commit. */
export interface ListedFile {
  path: string;
  /** Bytes. */
  size: number;
  /** The name of its content in the cache: the sha256 of a large file (64 digits), git's sha1 of a small one (40 digits). */
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
// Names come from the repository and are joined to folders here: none may lead out of them, on any operating system.
const LEADS_OUT = /(^|[/\\])\.\.([/\\]|$)|^[/\\]|\\|:/;

/** Stores a commit's list of files as Python's huggingface_hub does: a commit never changes, so once is enough. */
export async function keepFileList(path: string, entries: readonly ListFileEntry[]): Promise<ListedFile[]> {
  const files: Record<string, StoredEntry> = {};
  for (const { type, path: name, size, oid, lfs, xetHash } of entries) {
    if (type !== 'file' || !oid) continue;
    files[name] = {
      size,
      blob_id: oid,
      ...(lfs ? { lfs_sha256: lfs.oid, lfs_size: lfs.size } : {}),
      ...(xetHash ? { xet_hash: xetHash } : {}),
    };
  }
  const list = listed(files);
  await mkdir(dirname(path), { recursive: true })
    .then(() => writeAtomically(path, JSON.stringify({ format_version: 1, files }, undefined, 1)))
    // A read-only cache still works.
    .catch(() => {});
  return list;
}

/** The stored list, by this package or by Python; undefined if there is none that can be read. */
export async function keptFileList(path: string): Promise<ListedFile[] | undefined> {
  let files: Record<string, StoredEntry>;
  try {
    const stored = JSON.parse(await readFile(path, 'utf8'));
    if (stored.format_version !== 1) return undefined;
    files = stored.files;
  } catch {
    return undefined;
  }
  return listed(files);
}

/** @throws HubError `unfit` when a name leads out of the folder. */
function listed(files: Record<string, StoredEntry>): ListedFile[] {
  return Object.entries(files).map(([name, { size, blob_id, lfs_sha256, lfs_size }]) => {
    const blob = lfs_sha256 ?? blob_id;
    if (LEADS_OUT.test(name) || !BLOB.test(blob)) {
      throw new HubError('unfit', `it lists ${JSON.stringify(name)} (${blob}), which cannot be stored as a file.`);
    }
    return { path: name, size: lfs_size ?? size, blob };
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
    files.push({ path: relative(snapshot, path).split(sep).join('/'), size: file.size, blob: '' });
  }
  return files;
}
