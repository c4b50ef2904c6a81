import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyFiles, writeFiles } from './tiny-hub';

const COMMIT = '86b5e0934494bd15c9632b12f734a8a67f723594';

/** A cache that holds a model under the name that the README loads, so that its code runs without the hub. */
export async function environment(): Promise<Record<string, string>> {
  const cache = await mkdtemp(join(tmpdir(), 'hub-cache-'));
  const repo = join(cache, 'models--google-bert--bert-base-uncased');
  await writeFiles(join(repo, 'snapshots', COMMIT), await tinyFiles('bert', 40));
  await writeFiles(join(repo, 'refs'), { main: new TextEncoder().encode(COMMIT) });
  return { HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '1' };
}
