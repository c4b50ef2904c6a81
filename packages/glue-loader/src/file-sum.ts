import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface FileSum {
  /** Absolute. */
  path: string;
  /** Of the file as it is stored: of a `.gz` file, packed. */
  sha256: string;
}

export async function fileSum(path: string): Promise<FileSum> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return { path, sha256: hash.digest('hex') };
}
