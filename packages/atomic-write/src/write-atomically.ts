import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { pathOf, temporaryFor } from './places';

/** What a file is to hold: text (as UTF-8), bytes, or chunks of bytes in order, as they come. */
export type Content = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A file and what it is to hold. */
export interface FileToWrite {
  /** A path or file URL; its folder must exist. */
  path: string | URL;
  content: Content;
}

/** Bytes of one write: systems take no more than 2 GiB at once. */
const MAX_WRITE = 2 ** 28;

/**
 * Writes a file completely or not at all: under a temporary name in the same folder, forced to the disk, then renamed. After an
 * error nothing is left of it, and a file that was there before stays. A symbolic link stays a link; the file that it names is
 * replaced.
 *
 * @param file A path or file URL; its folder must exist.
 * @throws when the content or the disk fails.
 */
export function writeAtomically(file: string | URL, content: Content): Promise<void> {
  return writeFilesAtomically([{ path: file, content }]);
}

/**
 * Writes files that belong together, in order: each gets its name when all are complete, so that an error while writing leaves
 * none of them.
 *
 * @throws as {@link writeAtomically}.
 */
export async function writeFilesAtomically(files: Iterable<FileToWrite>): Promise<void> {
  const written: { temporary: string; target: string }[] = [];
  try {
    for (const { path, content } of files) {
      const target = await realpath(pathOf(path)).catch(() => pathOf(path));
      const temporary = temporaryFor(target);
      written.push({ temporary, target });
      await writeWhole(temporary, content);
    }
    for (const { temporary, target } of written) await rename(temporary, target);
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true });
    throw error;
  }
}

async function writeWhole(path: string, content: Content): Promise<void> {
  const file = await open(path, 'wx');
  try {
    if (typeof content === 'string') await file.writeFile(content);
    else for await (const chunk of content instanceof Uint8Array ? [content] : content) await writeChunk(file, chunk);
    // Without it, a crash soon after the renaming could leave an empty file under the name.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeChunk(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, Math.min(MAX_WRITE, bytes.length - done))).bytesWritten;
  }
}
