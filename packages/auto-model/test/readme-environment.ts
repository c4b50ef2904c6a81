import { join } from 'node:path';
import type { ReadmeEnvironment } from '@interlayer/test-kit';
import { tinyFiles, writeFiles } from './tiny-hub';

const COMMIT = '86b5e0934494bd15c9632b12f734a8a67f723594';

/** A cache that holds a model under the name that the README loads, so that its code runs without the hub. */
export const environment: ReadmeEnvironment = async (cache) => {
  const repo = join(cache, 'models--google-bert--bert-base-uncased');
  await writeFiles(join(repo, 'snapshots', COMMIT), await tinyFiles('bert', 40));
  await writeFiles(join(repo, 'refs'), { main: new TextEncoder().encode(COMMIT) });
  return { env: { HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '1' } };
};
