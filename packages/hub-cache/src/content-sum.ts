import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ListedFile } from './file-list';

export const sumAlgorithm = ({ blob }: Pick<ListedFile, 'blob'>) => (blob.length === 64 ? 'sha256' : 'sha1');

/** The hash whose digest is the name of a file's content in the cache. */
export function contentHash(file: Pick<ListedFile, 'blob' | 'size'>): Hash {
  const hash = createHash(sumAlgorithm(file));
  // Git hashes this prefix too.
  return sumAlgorithm(file) === 'sha1' ? hash.update(`blob ${file.size}\0`) : hash;
}

/** The sum of what lies at a path. @throws the signal's reason when it stops. */
export async function sumAt(path: string, file: ListedFile, signal?: AbortSignal): Promise<string> {
  const hash = contentHash(file);
  signal?.throwIfAborted();
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return hash.digest('hex');
}
