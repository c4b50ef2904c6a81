import type { FileHandle } from 'node:fs/promises';
import { HubError } from './hub-error';

/** @throws HubError `disk`, which tells a full disk from other faults. */
export async function appendChunk(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await handle.appendFile(chunk);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new HubError('disk', code === 'ENOSPC' ? 'the disk is full' : message, { cause: error });
  }
}
