import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getRepoFolderName } from '@huggingface/hub';
import { writeAtomically } from '@interlayer/atomic-write';
import { repoId } from './repo-id';
import { isCommit } from './revision';

/** Where Python's huggingface_hub stores one repository: each content once in blobs, links to them in a snapshot per commit. */
export interface RepoCache {
  folder: string;
  blob(name: string): string;
  /** The folder of a commit's files. */
  snapshot(commit: string): string;
  /** Which files with a blob's name were found to have its content. */
  checked(name: string): string;
  /** The list of a commit's files. */
  list(commit: string): string;
  /** The commit of a branch or tag when it was last complete here; undefined where no commit is noted. */
  readRef(revision: string): Promise<string | undefined>;
  writeRef(revision: string, commit: string): Promise<void>;
}

export function repoCache(repo: string, cacheDir: string): RepoCache {
  const folder = join(cacheDir, getRepoFolderName(repoId(repo)));
  const ref = (revision: string) => join(folder, 'refs', revision);
  return {
    folder,
    blob: (name) => join(folder, 'blobs', name),
    snapshot: (commit) => join(folder, 'snapshots', commit),
    checked: (name) => join(folder, 'checked', name),
    list: (commit) => join(folder, 'trees', `${commit}.json`),
    async readRef(revision) {
      const commit = (await readFile(ref(revision), 'utf8').catch(() => '')).trim();
      return isCommit(commit) ? commit : undefined;
    },
    async writeRef(revision, commit) {
      if ((await this.readRef(revision)) === commit) return;
      await mkdir(dirname(ref(revision)), { recursive: true })
        .then(() => writeAtomically(ref(revision), commit))
        // A read-only cache still works.
        .catch(() => {});
    },
  };
}
