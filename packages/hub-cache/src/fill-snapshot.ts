import { join } from 'node:path';
import { downloadBlob } from './download-blob';
import type { ListedFile } from './file-list';
import type { Hub } from './hub';
import { HubError } from './hub-error';
import { linkBlob } from './link-blob';
import { missingFiles } from './missing-files';
import type { RepoCache } from './repo-cache';
import { requireRoom } from './require-room';

export interface HubProgress {
  /** The file that is being downloaded. */
  file: string;
  /** Bytes that have arrived, of `total`, over all files that were missing. */
  bytes: number;
  total: number;
}

interface Filling {
  cache: RepoCache;
  hub: Hub;
  commit: string;
  list: readonly ListedFile[];
  patterns?: readonly string[];
  inspect?(folder: string): void | Promise<void>;
  onProgress?(progress: HubProgress): void;
  signal?: AbortSignal;
}

const isWeights = ({ path }: ListedFile) => path.endsWith('.safetensors');

/** Downloads the files that a snapshot lacks, and returns their names. */
export async function fillSnapshot(filling: Filling): Promise<string[]> {
  const { cache, hub, commit, list, patterns, inspect, onProgress, signal } = filling;
  const snapshot = cache.snapshot(commit);
  const downloaded: string[] = [];
  const filled = new Set<ListedFile>();
  let inspected = false;
  for (;;) {
    const missing = await missingFiles(cache, commit, list, { patterns, signal });
    if (missing.length === 0) return downloaded;
    requireProgress(missing, filled, snapshot);
    const total = missing.reduce((sum, { size }) => sum + size, 0);
    await requireRoom(cache.folder, total);
    let before = 0;
    // The weights come last: a snapshot that has them has the rest.
    for (const file of missing.sort((a, b) => Number(isWeights(a)) - Number(isWeights(b)) || a.size - b.size)) {
      if (isWeights(file) && !inspected) {
        inspected = true;
        await inspect?.(snapshot);
      }
      const isNew = await downloadBlob({
        cache,
        file,
        read: (from) => hub.read(commit, file.path, from),
        onBytes: (bytes) => onProgress?.({ file: file.path, bytes: before + bytes, total }),
        signal,
      });
      await linkBlob(cache.blob(file.blob), join(snapshot, file.path));
      filled.add(file);
      before += file.size;
      if (isNew) downloaded.push(file.path);
    }
  }
}

/** @throws HubError `disk` when a file that was stored has another content again: two names mean one file there. */
function requireProgress(missing: readonly ListedFile[], filled: ReadonlySet<ListedFile>, snapshot: string): void {
  const lost = missing.find((file) => filled.has(file));
  if (!lost) return;
  const same = (path: string) => path.normalize().toLowerCase();
  const other = [...filled].find((file) => file !== lost && same(file.path) === same(lost.path));
  throw new HubError(
    'disk',
    `${lost.path} was stored in ${snapshot}, and is not there${
      other ? `: ${other.path} is the same file where case does not count` : '; something else writes to that folder'
    }.`,
  );
}
