import { keptFileList, presentFiles } from './file-list';
import { HubError } from './hub-error';
import { missingFiles } from './missing-files';
import type { RepoCache } from './repo-cache';
import { hasTokenizer } from './wanted-files';

/**
 * What the cache lacks of a commit, in words; undefined if nothing. Without the commit's list of files (older libraries keep
 * none), a snapshot with weights counts as complete; to be `sure`, it must have a tokenizer too.
 */
export async function lack(
  cache: RepoCache,
  commit: string,
  { files, sure, signal }: { files?: readonly string[]; sure: boolean; signal?: AbortSignal },
): Promise<string | undefined> {
  const known = await keptFileList(cache.list(commit));
  try {
    const list = known ?? (await presentFiles(cache.snapshot(commit)));
    const missing = await missingFiles(cache, commit, list, { patterns: files, signal });
    if (missing.length) return `it lacks ${missing.map(({ path }) => path).join(', ')}`;
    const unsure = sure && !known && !files && !hasTokenizer(list.map(({ path }) => path));
    return unsure ? 'a tokenizer may be missing' : undefined;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return `${error.message.replace(/\.$/, '')}${known ? `, by the list of files in ${cache.list(commit)}` : ''}`;
  }
}
