import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { appendChunk } from './append-chunk';
import { hasContent, rememberChecked } from './checked-content';
import { contentHash, sumAlgorithm } from './content-sum';
import type { ListedFile } from './file-list';
import { HubError } from './hub-error';
import { watchPace } from './pace';
import { leavePartial, takePartial } from './partial';
import type { RepoCache } from './repo-cache';
import { BrokenAnswer, backoff, isTransient, TRIES, unreachable } from './unreachable';

interface Transfer {
  cache: RepoCache;
  file: ListedFile;
  /** Requests the content from a byte on. */
  read(from: number): Promise<Response>;
  /** Receives the number of bytes that have arrived, whenever it grows. */
  onBytes(bytes: number): void;
  signal?: AbortSignal;
}

/**
 * Downloads one file's content into the cache. The library's own download starts over each time, checks nothing and lets two
 * processes write one file. This one resumes where an earlier try stopped, checks the checksum, and only then gives the file
 * its name.
 *
 * @returns false if the cache already has it.
 * @throws HubError `damaged` when a complete transfer has another checksum. What was received is kept for the next try when
 *   the connection fails or the signal stops it.
 */
export async function downloadBlob(transfer: Transfer): Promise<boolean> {
  const { cache, file, signal } = transfer;
  const blob = cache.blob(file.blob);
  if (await hasContent(cache, file, blob, signal)) return false;
  await mkdir(dirname(blob), { recursive: true });
  const partial = await takePartial(blob);
  try {
    for (let lastTry = false; ; lastTry = true) {
      const { sum, pieced } = await receive(transfer, partial);
      if (sum === file.blob) break;
      await rm(partial, { force: true });
      // What a killed process left may be damaged, and content that changes between two requests does not fit together; one
      // transfer from the first byte decides.
      if (pieced && !lastTry) continue;
      throw new HubError(
        'damaged',
        `${file.path} has the ${sumAlgorithm(file)} ${sum} instead of ${file.blob}. It was deleted; try again. If the error stays, a proxy or mirror changes the file.`,
      );
    }
    await rename(partial, blob);
    await rememberChecked(cache, file, blob);
    return true;
  } catch (error) {
    await leavePartial(partial, blob);
    throw error;
  }
}

// Appends to a file of its own: what lies under the name is followed nowhere. Windows has no such flag.
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/** Completes a partial file; `pieced` says whether its bytes come from several answers or an earlier try. */
async function receive({ file, read, onBytes, signal }: Transfer, partial: string) {
  const handle = await open(partial, APPEND);
  try {
    let hash = contentHash(file);
    let at = 0;
    let [resumed, answers] = [false, 0];
    const startOver = async () => {
      await handle.truncate(0);
      [hash, at, resumed, answers] = [contentHash(file), 0, false, 0];
    };
    // A stream that begins with a stopped signal throws where nobody catches it.
    signal?.throwIfAborted();
    for await (const chunk of handle.createReadStream({ start: 0, autoClose: false, signal })) {
      hash.update(chunk);
      at += chunk.length;
    }
    resumed = at > 0;
    if (at > file.size) await startOver();
    onBytes(at);
    let furthest = at;
    let tries = 0;
    const keepPace = watchPace(file.path);
    while (at < file.size) {
      const response = await read(at);
      try {
        const first = firstByte(response, file.size);
        if (first !== at) await startOver();
        if (first !== at) {
          await response.body?.cancel();
          const range = response.headers.get('content-range');
          throw new BrokenAnswer(
            `the answer is ${response.status}${range ? ` with ${range}` : ''}, not the bytes asked for`,
          );
        }
        answers++;
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          await appendChunk(handle, chunk);
          hash.update(chunk);
          at += chunk.length;
          // A server that starts over each time gets no further: only new bytes count.
          if (at > furthest) [furthest, tries] = [at, 0];
          keepPace(furthest);
          onBytes(at);
          if (at > file.size) break;
        }
        if (at < file.size) throw new BrokenAnswer(`the answer ends at byte ${at} of ${file.size}`);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof HubError) throw error;
        if (!isTransient(error) || ++tries === TRIES) throw unreachable(error, response.url);
        await setTimeout(backoff(tries), undefined, { signal });
      }
    }
    await handle.sync();
    return { sum: hash.digest('hex'), pieced: resumed || answers > 1 };
  } finally {
    await handle.close();
  }
}

/** The byte that an answer begins at: 0 where the server sends everything; undefined where it sends something else. */
function firstByte({ status, headers }: Response, size: number): number | undefined {
  if (status === 200) return 0;
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  return status === 206 && (total === '*' || Number(total) === size) ? Number(first) : undefined;
}
