import type { Platform } from './platform';

export const platform: Platform = {
  async openFile(path) {
    throw new Error(
      `A browser cannot open the file ${path}. Pass its bytes, a Blob or File, or a source with ranged reads ({ size, read }).`,
    );
  },
  async writeFile(path) {
    throw new Error(
      `A browser cannot write the file ${path}. serializeSafetensors gives its bytes, for example for a download.`,
    );
  },
};
