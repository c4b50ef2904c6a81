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
  /** Where the content goes when it is complete and right. */
  blob: string;
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
      // What a killed process left may be damaged; one clean transfer decides.
      if (resumed) continue;
      throw new HubError(
        'damaged',
        `${file.path} has the ${algorithm(file)} ${sum} instead of ${file.blob}. It was deleted; try again. If the error stays, a proxy or mirror changes the file.`,
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
  // Git hashes this prefix too.
  return algorithm(file) === 'sha1' ? hash.update(`blob ${file.size}\0`) : hash;
}

/** Completes a partial file; `resumed` says whether it holds bytes of an earlier try. */
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

/** Whether an answer continues at this byte; a server that does not support ranges sends everything. */
function continues({ status, headers }: Response, at: number): boolean {
  return status === 206 && new RegExp(`^bytes ${at}-`).test(headers.get('content-range') ?? '');
}
