import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** reproductions/ */
export const workspace = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The folder of the whole repository. */
export const repository = join(workspace, '..');
