import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const pathOf = (file: string | URL): string => (file instanceof URL ? fileURLToPath(file) : file);

/** A name beside a file that no other writer uses, with the id of this process: it tells whose file was left. */
export const temporaryFor = (path: string): string => `${path}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`;

/** The id of the process that gave a file such a name, or undefined. */
export function writerOf(path: string): number | undefined {
  const [, id] = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(path) ?? [];
  return id === undefined ? undefined : Number(id);
}
