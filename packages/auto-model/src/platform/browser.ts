import type { Platform } from './platform';

export const platform: Platform = {
  namesIn: async () => undefined,
  async hubFolder(name) {
    throw new Error(
      `A browser cannot load "${name}": models are downloaded into folders, and read from them, in Node only.`,
    );
  },
};
