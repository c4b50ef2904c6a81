import { readFile } from 'node:fs/promises';
import type { Platform } from './platform';

export const platform: Platform = {
  async readText(path) {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    if (/^version https:\/\/git-lfs\b/.test(text))
      throw new Error(`${path} is a Git LFS pointer, not the file itself. Run "git lfs pull" in its repository.`);
    return text;
  },
};
