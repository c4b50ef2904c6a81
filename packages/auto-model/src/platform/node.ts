import { stat } from 'node:fs/promises';
import { hubFolder } from '@interlayer/hub-cache';
import type { Platform } from './platform';

export const platform: Platform = {
  isFolder: (path) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  hubFolder,
};
