/**
 * The text of a file, or undefined where there is none.
 * @throws when it is a Git LFS pointer: the file itself has not been fetched.
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  // Loaded when asked for: in a browser there is none.
  const { readFile } = await import('node:fs/promises');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (/^version https:\/\/git-lfs\b/.test(text))
    throw new Error(`${path} is a Git LFS pointer, not the file itself. Run "git lfs pull" in its repository.`);
  return text;
}
