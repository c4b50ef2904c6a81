import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { withoutSymlinks } from './environment';

/** Makes a snapshot's file refer to a blob: by a relative symbolic link; if that is not allowed a hard link, else a copy. */
export async function linkBlob(blob: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  const ways = [
    ...(withoutSymlinks() ? [] : [() => linkBetween(blob, temporary)]),
    () => link(blob, temporary),
    () => copyFile(blob, temporary),
  ];
  try {
    for (const [i, way] of ways.entries()) {
      try {
        await way();
        break;
      } catch (error) {
        if (i === ways.length - 1) throw error;
      }
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link is read from where its folder really is, which may be behind a link. */
async function linkBetween(blob: string, link: string): Promise<void> {
  await symlink(relative(await realpath(dirname(link)), join(await realpath(dirname(blob)), basename(blob))), link);
}
