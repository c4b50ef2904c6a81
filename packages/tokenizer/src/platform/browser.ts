import type { Platform } from './platform';

export const platform: Platform = {
  async readText(path) {
    throw new Error(`A browser has no file "${path}". Fetch tokenizer.json and give its content to createTokenizer.`);
  },
};
