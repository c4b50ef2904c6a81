import { mkdir, statfs } from 'node:fs/promises';
import { HubError } from './hub-error';

const MB = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;

/** @throws HubError `disk` when the file system has less room than is needed. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new HubError(
    'disk',
    `${MB(bytes)} are needed and ${folder} has room for ${MB(bavail * bsize)}. Free some space, or set HF_HUB_CACHE to another disk.`,
  );
}
