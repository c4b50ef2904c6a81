import type { Platform } from './platform';

const refuse = async (path: string): Promise<never> => {
  throw new Error(`A browser has no folder "${path}": models are read from folders and saved to them in Node only.`);
};

export const platform: Platform = { openFolder: refuse, writeFolder: refuse, loadTokenizer: refuse };
