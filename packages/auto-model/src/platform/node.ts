import { readdir, stat } from 'node:fs/promises';
import { hubFolder } from '@interlayer/hub-cache';
import type { Platform } from './platform';

export const platform: Platform = {
  async namesIn(path) {
    const entry = await stat(path).catch(() => undefined);
    return entry?.isDirectory() ? readdir(path) : undefined;
  },
  hubFolder,
};
