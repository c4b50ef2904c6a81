import { readdir } from 'node:fs/promises';
import { absolutePath } from './absolute-path';
import { hubEndpoint } from './endpoint';
import { defaultCache, defaultToken, offlineVariable } from './environment';
import { keepFileList, keptFileList, type ListedFile, listedFiles, type StoredList, storedList } from './file-list';
import { fillSnapshot, type HubProgress } from './fill-snapshot';
import { openHub } from './hub';
import { HubError } from './hub-error';
import { lack } from './lack';
import { type RepoCache, repoCache } from './repo-cache';
import { repoId } from './repo-id';
import { isCommit, requireRevision } from './revision';
import { requireToken } from './token';

export interface HubFolderOptions {
  /** A branch, a tag, or a commit (40 digits, which needs no network if it is in the cache). Default: main. */
  revision?: string;
  /**
   * Patterns of the files to get, `*` for anything but a slash; required for a data set. Default: the files that a model is
   * loaded from.
   */
  files?: readonly string[];
  /** A path, in which `~` and `$NAME` are expanded. Default: that of Python's library, HF_HUB_CACHE or ~/.cache/huggingface/hub. */
  cacheDir?: string;
  /** Default: HF_ENDPOINT or https://huggingface.co. */
  endpoint?: string;
  /** Default: HF_TOKEN, or what `hf auth login` stored. */
  token?: string;
  /** Use no network. Default: whether HF_HUB_OFFLINE says so. */
  offline?: boolean;
  /**
   * Looks at the folder when everything but the weights is there; what it throws ends the call before they are downloaded.
   * Not called when no weights are missing.
   */
  inspect?(folder: string): void | Promise<void>;
  onProgress?(progress: HubProgress): void;
  /** Stops the call; what was received is kept for the next one. */
  signal?: AbortSignal;
}

export interface HubFolder {
  /** The absolute path of the folder with the repository's files, in the cache: read from it, do not write to it. */
  folder: string;
  /** The commit that the files belong to. */
  commit: string;
  /** The files that were not in the cache. */
  downloaded: string[];
  /** Why the hub could not be asked whether the revision still is this commit; absent if it was asked. */
  unchecked?: string;
}

/**
 * The local folder of a model or data set on the hub: from the cache that is shared with Python if it is complete there, else
 * downloaded, with every downloaded byte checked against the repository's checksums.
 *
 * @param repo its name: `owner/name` for a model, `datasets/owner/name` for a data set.
 * @throws HubError that says what is wrong and what to do; the signal's reason when it stops; what `inspect` throws.
 */
export async function hubFolder(repo: string, options: HubFolderOptions = {}): Promise<HubFolder> {
  const { revision = 'main', files, onProgress, signal } = options;
  signal?.throwIfAborted();
  let refusal: { error: unknown } | undefined;
  const inspect = async (folder: string) => {
    try {
      await options.inspect?.(folder);
    } catch (error) {
      refusal = { error };
      throw error;
    }
  };
  const { type } = repoId(repo);
  if (type === 'dataset' && !files) {
    throw new HubError('setting', `${repo} is a data set: give "files", patterns of the files to get.`);
  }
  requireRevision(revision);
  const endpoint = hubEndpoint(options.endpoint);
  const cacheDir = options.cacheDir === undefined ? defaultCache() : absolutePath(options.cacheDir, 'cacheDir');
  const offline = options.offline ?? offlineVariable() !== undefined;
  const cache = repoCache(repo, cacheDir);
  const fixed = isCommit(revision);
  if (fixed && !(await lack(cache, revision, { files, sure: !offline, signal }))) {
    return { folder: cache.snapshot(revision), commit: revision, downloaded: [] };
  }

  /** What the cache has of the revision when the hub cannot be asked. */
  const fromCache = async (why: string, cause?: HubError): Promise<HubFolder> => {
    const commit = fixed ? revision : await cache.readRef(revision);
    const lacks = commit
      ? await lack(cache, commit, { files, sure: false, signal })
      : await unnamed(cache, revision, files);
    if (commit && !lacks) return { folder: cache.snapshot(commit), commit, downloaded: [], unchecked: why };
    if (cause?.reason === 'denied') throw cause;
    throw new HubError(
      cause?.reason ?? 'unreachable',
      `${repo}@${revision} is not complete in the cache ${cacheDir} (${lacks}), and ${why.replace(/\.$/, '')}. Where the hub can be reached, "${downloadCommand(repo, revision, files)}" gets its files; then give their folder.`,
      { cause },
    );
  };
  if (offline) {
    const variable = options.offline ? undefined : offlineVariable();
    return fromCache(variable ? `${variable} is set, so the hub is not asked` : 'you asked to stay offline');
  }

  const token = options.token === undefined ? await defaultToken() : requireToken(options.token, 'token');
  const hub = openHub({ repo, endpoint, token, signal });
  try {
    let commit: string;
    let list: ListedFile[] | undefined;
    let fresh: StoredList | undefined;
    try {
      commit = fixed ? revision : await hub.commitOf(revision);
      list = await keptFileList(cache.list(commit));
      if (!list) {
        fresh = storedList(await hub.filesOf(commit));
        list = listedFiles(fresh);
      }
    } catch (error) {
      signal?.throwIfAborted();
      const failure = asHubError(error, endpoint);
      // The cache is still good when the hub does not answer, or does not know who asks.
      if (['unreachable', 'busy', 'denied'].includes(failure.reason)) return await fromCache(failure.message, failure);
      throw failure;
    }
    const filling = { cache, hub, commit, list, patterns: files, inspect, onProgress, signal };
    const downloaded = await fillSnapshot(filling).catch((error) => {
      throw fresh || refusal ? error : blamedOnList(error, cache.list(commit));
    });
    // Only now: a wrong list would stay wrong, and the branch stands for the last commit that is complete here.
    if (fresh) await keepFileList(cache.list(commit), fresh);
    if (!fixed) await cache.writeRef(revision, commit);
    return { folder: cache.snapshot(commit), commit, downloaded };
  } catch (error) {
    signal?.throwIfAborted();
    if (refusal) throw refusal.error;
    const { reason, message, cause } = asHubError(error, endpoint);
    throw new HubError(reason, message.includes(repo) ? message : `${repo}: ${message}`, { cause });
  } finally {
    await hub.close();
  }
}

/** What does not fit a list that was kept earlier may be the list's fault: the error says how to be rid of it. */
function blamedOnList(error: unknown, list: string): unknown {
  if (!(error instanceof HubError && ['unfit', 'damaged', 'not-found'].includes(error.reason))) return error;
  const { reason, message, cause } = error;
  const remedy = `The list of files comes from ${list}; if it is wrong, remove that file.`;
  return new HubError(reason, `${message} ${remedy}`, { cause });
}

/** The command of Python's library that gets the files into a folder. */
function downloadCommand(
  repo: string,
  revision: string,
  files = ['*.json', '*.txt', '*.safetensors'] as readonly string[],
) {
  const { type, name } = repoId(repo);
  const kind = type === 'dataset' ? ' --repo-type dataset' : '';
  const include = files.map((pattern) => `'${pattern}'`).join(' ');
  return `hf download ${name}${kind} --revision ${revision} --include ${include} --local-dir ${name.split('/')[1]}`;
}

/** What to say where the cache has no commit for a branch or tag: it may have commits all the same. */
async function unnamed(cache: RepoCache, revision: string, files?: readonly string[]): Promise<string> {
  const commits = (await readdir(cache.snapshot('')).catch(() => [])).filter(isCommit);
  if (commits.length === 0) return 'none of its files are there';
  for (const commit of commits) {
    if (!(await lack(cache, commit, { files, sure: false })))
      return `no commit is recorded for ${revision}, but ${commit} is complete: give it as the revision`;
  }
  return `no commit is recorded for ${revision}, and of ${commits[0]}, ${await lack(cache, commits[0]!, { files, sure: false })}`;
}

/** Other errors are the file system's, which have a code, or answers that cannot be read. */
function asHubError(error: unknown, endpoint: string): HubError {
  if (error instanceof HubError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return new HubError('disk', `its files cannot be stored: ${message}`, { cause: error });
  return new HubError('unreachable', `${endpoint} does not answer as the hub does: ${message}`, { cause: error });
}
