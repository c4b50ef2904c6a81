import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

// Each process writes to a name of its own, so that two that fetch one file cannot spoil each other's (file locks do not work
// on all file systems). What a process left is taken over by renaming it, which only one of several can do.

const HOST = hostname().replace(/[^\w-]/g, '_');

/** A live transfer touches its file more often than this. Milliseconds. */
const ABANDONED = 10 * 60_000;

/** The file that this process may write a blob's bytes to: the longest that a stopped process left, or a new one. */
export async function takePartial(blob: string): Promise<string> {
  const folder = dirname(blob);
  const partial = `${blob}.${HOST}.${process.pid}.${randomUUID().slice(0, 8)}.incomplete`;
  const abandoned: { path: string; size: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(blob)}.`) || !name.endsWith('.incomplete')) continue;
    const path = join(folder, name);
    const file = await lstat(path).catch(() => undefined);
    // A link would lead the bytes elsewhere.
    if (!file?.isFile() || file.nlink > 1) continue;
    if (isReleased(name) || Date.now() - file.mtimeMs > ABANDONED) abandoned.push({ path, size: file.size });
  }
  for (const { path } of abandoned.sort((a, b) => b.size - a.size)) {
    const taken = await rename(path, partial).then(
      () => true,
      () => false,
    );
    if (taken) break;
  }
  return partial;
}

/** Releases a partial file, so that the next try finds it. */
export async function leavePartial(partial: string, blob: string): Promise<void> {
  await rename(partial, `${blob}.incomplete`).catch(() => {});
}

/** Whether nobody can be writing to a file of this name: it was released, or its process on this machine is gone. */
function isReleased(name: string): boolean {
  const [, host, pid, unique] = name.split('.');
  if (host === 'incomplete') return true;
  if (host !== HOST || unique === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
