import { readFile } from 'node:fs/promises';
import type { Platform } from './platform';

export const platform: Platform = { readFile };
