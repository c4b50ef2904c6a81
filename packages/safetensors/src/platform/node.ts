import { open } from 'node:fs/promises';
import { writeAtomically } from '@interlayer/atomic-write';
import type { Platform } from './platform';

/** The largest read that Node's file system takes at once is 2 GiB − 1. */
const MAX_READ = 2 ** 30;

export const platform: Platform = {
  async openFile(path) {
    const file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) {
      await file.close();
      throw new Error(`${path} is a folder; give the path of a file.`);
    }
    return {
      size: stats.size,
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

  writeFile: writeAtomically,
};
