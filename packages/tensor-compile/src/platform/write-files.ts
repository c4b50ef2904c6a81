import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { FileParts } from './platform';

/** Bytes of one write: systems take no more than 2 GiB at once. */
const CHUNK = 2 ** 28;

/** Writes files that belong together under temporary names, and gives them theirs, in order, when all are complete. */
export async function writeFiles(files: readonly FileParts[]): Promise<void> {
  const temporary = files.map(({ path }) => `${path}.${globalThis.crypto.randomUUID()}.tmp`);
  try {
    for (const [i, { parts }] of files.entries()) {
      const file = await open(temporary[i]!, 'wx');
      try {
        for (const { offset, bytes } of parts) await writeAt(file, bytes, offset);
        // Without it a crash soon after the renaming could leave an empty file under the name.
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const [i, { path }] of files.entries()) await rename(temporary[i]!, path);
  } catch (error) {
    for (const path of temporary) await rm(path, { force: true });
    throw error;
  }
}

/** What lies between two parts is left out, and reads as zeros. */
async function writeAt(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(CHUNK, bytes.length - done), offset + done);
    done += bytesWritten;
  }
}
