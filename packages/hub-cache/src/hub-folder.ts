import { getHFHubCachePath } from '@huggingface/hub';
import { defaultEndpoint, defaultToken, offlineVariable } from './environment';
import { keepFileList, keptFileList, type ListedFile } from './file-list';
import { fillSnapshot, type HubProgress } from './fill-snapshot';
import { openHub } from './hub';
import { HubError } from './hub-error';
import { lack } from './lack';
import { repoCache } from './repo-cache';

export interface HubFolderOptions {
  /** A branch, a tag, or a commit (40 digits, which needs no network when the cache has it). Default: main. */
  revision?: string;
  /** Patterns of the files to have, `*` for anything but a slash. Default: what a model is loaded from. */
  files?: readonly string[];
  /** Default: that of Python's huggingface_hub, HF_HUB_CACHE or ~/.cache/huggingface/hub. */
  cacheDir?: string;
  /** Default: HF_ENDPOINT or https://huggingface.co. */
  endpoint?: string;
  /** Default: HF_TOKEN or what `hf auth login` stored. */
  token?: string;
  /** Ask no network. Default: whether HF_HUB_OFFLINE says so. */
  offline?: boolean;
  onProgress?(progress: HubProgress): void;
  /** Stops; what was received stays for the next call. */
  signal?: AbortSignal;
}

export interface HubFolder {
  /** The folder of the model's files, in the cache: read from it, do not write to it. */
  folder: string;
  /** The commit that the files are of. */
  commit: string;
  /** The files that were not in the cache. */
  downloaded: string[];
  /** Why the hub was not asked whether the revision still is this commit, where it could not be. */
  unchecked?: string;
}

const COMMIT = /^[0-9a-f]{40}$/;
const NAME = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/**
 * The local folder of a model on the hub: from the cache that is shared with Python where it is whole, downloaded where it
 * is not, every downloaded byte checked against the repository's sums.
 *
 * @param repo its name, `owner/name`.
 * @throws HubError that says what is wrong and what to do; the signal's reason when it stops.
 */
export async function hubFolder(repo: string, options: HubFolderOptions = {}): Promise<HubFolder> {
  const { revision = 'main', files, cacheDir = getHFHubCachePath(), onProgress, signal } = options;
  if (!NAME.test(repo) || /--|\.\./.test(repo)) {
    throw new HubError('not-found', `"${repo}" is no model on the hub: names there are owner/name.`);
  }
  if (!/^\w[\w./-]*$/.test(revision) || revision.includes('..')) {
    throw new HubError('not-found', `"${revision}" is no revision: give a branch, a tag or a commit.`);
  }
  const endpoint = (options.endpoint ?? defaultEndpoint()).replace(/\/+$/, '');
  const offline = options.offline ?? offlineVariable() !== undefined;
  const cache = repoCache(repo, cacheDir);
  const fixed = COMMIT.test(revision);
  if (fixed && !(await lack(cache, revision, { files, sure: !offline }))) {
    return { folder: cache.snapshot(revision), commit: revision, downloaded: [] };
  }

  /** What the cache has of the revision, though the hub could not be asked. */
  const fromCache = async (why: string, cause?: HubError): Promise<HubFolder> => {
    const commit = fixed ? revision : await cache.readRef(revision);
    const lacks = commit ? await lack(cache, commit, { files, sure: false }) : 'nothing of it is there';
    if (commit && !lacks) return { folder: cache.snapshot(commit), commit, downloaded: [], unchecked: why };
    if (cause?.reason === 'denied') throw cause;
    throw new HubError(
      cause?.reason ?? 'unreachable',
      `${repo}@${revision} is not whole in the cache ${cacheDir} (${lacks}), and ${why.replace(/\.$/, '')}. Where the hub can be reached, "hf download ${repo} --revision ${revision} --include '*.json' '*.txt' '*.safetensors' --local-dir ${repo.split('/')[1]}" gets its files; then give their folder.`,
      { cause },
    );
  };
  if (offline) {
    const variable = options.offline ? undefined : offlineVariable();
    return fromCache(variable ? `${variable} is set, so the hub is not asked` : 'the hub is not to be asked');
  }

  const hub = openHub({ repo, endpoint, token: options.token ?? (await defaultToken()), signal });
  try {
    let commit: string;
    let list: ListedFile[];
    try {
      commit = fixed ? revision : await hub.commitOf(revision);
      const place = cache.list(commit);
      list = (await keptFileList(place)) ?? (await keepFileList(place, await hub.filesOf(commit)));
    } catch (error) {
      signal?.throwIfAborted();
      const failure = asHubError(error, endpoint);
      // Nothing is wrong with what the cache has, when the hub does not answer or does not know who asks.
      if (['unreachable', 'busy', 'denied'].includes(failure.reason)) return await fromCache(failure.message, failure);
      throw failure;
    }
    const downloaded = await fillSnapshot({ cache, hub, commit, list, patterns: files, onProgress, signal });
    // Only now: until then the branch stands for the last commit that is whole here.
    if (!fixed) await cache.writeRef(revision, commit);
    return { folder: cache.snapshot(commit), commit, downloaded };
  } catch (error) {
    signal?.throwIfAborted();
    const { reason, message, cause } = asHubError(error, endpoint);
    throw new HubError(reason, message.includes(repo) ? message : `${repo}: ${message}`, { cause });
  } finally {
    await hub.close();
  }
}

/** What remains are errors of the file system, which have a code, and answers that cannot be read. */
function asHubError(error: unknown, endpoint: string): HubError {
  if (error instanceof HubError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return new HubError('disk', `its files cannot be stored: ${message}`, { cause: error });
  return new HubError('unreachable', `${endpoint} does not answer as the hub does: ${message}`, { cause: error });
}
