import { join } from 'node:path';
import { downloadBlob } from './download-blob';
import type { ListedFile } from './file-list';
import type { Hub } from './hub';
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
  let inspected = false;
  for (;;) {
    const missing = await missingFiles(snapshot, list, patterns);
    if (missing.length === 0) return downloaded;
    const total = missing.reduce((sum, { size }) => sum + size, 0);
    await requireRoom(cache.folder, total);
    let before = 0;
    // The weights come last: a snapshot that has them has the rest.
    for (const file of missing.sort((a, b) => Number(isWeights(a)) - Number(isWeights(b)) || a.size - b.size)) {
      if (isWeights(file) && !inspected) {
        inspected = true;
        await inspect?.(snapshot);
      }
      const blob = cache.blob(file.blob);
      const isNew = await downloadBlob({
        blob,
        file,
        read: (from) => hub.read(commit, file.path, from),
        onBytes: (bytes) => onProgress?.({ file: file.path, bytes: before + bytes, total }),
        signal,
      });
      await linkBlob(blob, join(snapshot, file.path));
      before += file.size;
      if (isNew) downloaded.push(file.path);
    }
  }
}
