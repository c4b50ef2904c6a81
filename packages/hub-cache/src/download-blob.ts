import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { appendChunk } from './append-chunk';
import type { ListedFile } from './file-list';
import { HubError } from './hub-error';
import { leavePartial, takePartial } from './partial';
import { backoff, isTransient, TRIES, unreachable } from './unreachable';

interface Transfer {
  /** Where the content goes when it is whole and right. */
  blob: string;
  file: ListedFile;
  /** The content from a byte on. */
  read(from: number): Promise<Response>;
  /** Told the bytes that are here, every time there are more. */
  onBytes(bytes: number): void;
  signal?: AbortSignal;
}

/**
 * Brings one file's content into the cache. The library's own download starts over each time, checks nothing and lets two
 * processes write one file, so this one is ours: it goes on where an earlier try stopped, checks the sum, and only then
 * gives the file its name.
 *
 * @returns false where the cache has it already.
 * @throws HubError `damaged` when a whole transfer has another sum; what was received so far stays for the next try when
 *   the connection fails or the signal stops it.
 */
export async function downloadBlob(transfer: Transfer): Promise<boolean> {
  const { blob, file } = transfer;
  const { size } = await stat(blob).catch(() => ({ size: -1 }));
  if (size === file.size) return false;
  await mkdir(dirname(blob), { recursive: true });
  const partial = await takePartial(blob);
  try {
    for (;;) {
      const { sum, resumed } = await receive(transfer, partial);
      if (sum === file.blob) break;
      await rm(partial, { force: true });
      // What a killed process left behind may be damaged: then one clean transfer decides.
      if (resumed) continue;
      throw new HubError(
        'damaged',
        `${file.path} came with the ${algorithm(file)} ${sum} instead of ${file.blob}. What came was deleted; try again, and if it stays so, a proxy or mirror in between changes it.`,
      );
    }
    await rename(partial, blob);
    return true;
  } catch (error) {
    await leavePartial(partial, blob);
    throw error;
  }
}

const algorithm = ({ blob }: ListedFile) => (blob.length === 64 ? 'sha256' : 'sha1');

function begin(file: ListedFile): Hash {
  const hash = createHash(algorithm(file));
  // What git takes the sum of.
  return algorithm(file) === 'sha1' ? hash.update(`blob ${file.size}\0`) : hash;
}

/** Fills a partial file up; `resumed` says whether bytes of an earlier try are part of the sum. */
async function receive({ file, read, onBytes, signal }: Transfer, partial: string) {
  const handle = await open(partial, 'a');
  try {
    let hash = begin(file);
    let at = 0;
    const startOver = async () => {
      await handle.truncate(0);
      [hash, at] = [begin(file), 0];
    };
    for await (const chunk of createReadStream(partial, { signal })) {
      hash.update(chunk);
      at += chunk.length;
    }
    if (at > file.size) await startOver();
    let resumed = at > 0;
    onBytes(at);
    for (let attempt = 1; at < file.size; ) {
      const response = await read(at);
      if (at > 0 && !continues(response, at)) {
        await startOver();
        resumed = false;
        if (response.status !== 200) {
          await response.body?.cancel();
          continue;
        }
      }
      try {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          await appendChunk(handle, chunk);
          hash.update(chunk);
          at += chunk.length;
          attempt = 1;
          onBytes(at);
          if (at > file.size) break;
        }
        if (at < file.size) throw Object.assign(new Error('the connection ended early'), { code: 'ECONNRESET' });
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof HubError) throw error;
        if (!isTransient(error) || attempt++ === TRIES) throw unreachable(error, response.url);
        await setTimeout(backoff(attempt - 1), undefined, { signal });
      }
    }
    await handle.sync();
    return { sum: hash.digest('hex'), resumed };
  } finally {
    await handle.close();
  }
}

/** Whether an answer goes on at this byte; a server that does not know ranges sends everything. */
function continues({ status, headers }: Response, at: number): boolean {
  return status === 206 && new RegExp(`^bytes ${at}-`).test(headers.get('content-range') ?? '');
}
