import type { Platform } from './platform';

export const platform: Platform = {
  async readFile(path) {
    throw new Error(`A browser cannot read the file ${path}: models are loaded in Node only.`);
  },
};
