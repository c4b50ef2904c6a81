import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Platform } from './platform';

/** The largest read that Node's file system takes at once is 2 GiB − 1. */
const MAX_READ = 2 ** 30;

export const platform: Platform = {
  async openFile(path) {
    const file = await open(path, 'r');
    return {
      size: (await file.stat()).size,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        let done = 0;
        while (done < length) {
          const { bytesRead } = await file.read(bytes, done, Math.min(length - done, MAX_READ), offset + done);
          if (bytesRead === 0) return bytes.subarray(0, done);
          done += bytesRead;
        }
        return bytes;
      },
      close: () => file.close(),
    };
  },

  async writeFile(path, chunks) {
    const target = path instanceof URL ? fileURLToPath(path) : path;
    const temporary = `${target}.${globalThis.crypto.randomUUID()}.tmp`;
    const file = await open(temporary, 'wx');
    try {
      try {
        for await (const chunk of chunks) await writeAll(file, chunk);
        // Without it a crash soon after the renaming could leave an empty file under the name.
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
};

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}
