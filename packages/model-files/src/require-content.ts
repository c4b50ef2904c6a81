import type { Folder } from './platform/platform';

const POINTER = 'version https://git-lfs.github.com/spec/';

/** @throws Error where Git cloned a note of the file's hash and not the file, as it does without Git LFS. */
export async function requireContent(folder: Folder, name: string): Promise<void> {
  const head = new TextDecoder().decode(await folder.head(name, POINTER.length));
  if (head !== POINTER) return;
  throw new Error(
    `${folder.path}/${name} is a Git LFS pointer and not the file itself. Run "git lfs pull" in ${folder.path}.`,
  );
}
