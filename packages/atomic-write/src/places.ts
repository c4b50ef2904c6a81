import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const pathOf = (file: string | URL): string => (file instanceof URL ? fileURLToPath(file) : file);

/** A name beside a file that no other writer uses. */
export const temporaryFor = (path: string): string => `${path}.${randomUUID().slice(0, 8)}.tmp`;
