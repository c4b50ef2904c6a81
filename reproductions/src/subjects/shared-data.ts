import { join } from 'node:path';
import { repository } from '../folders';

/** Models and texts that are read in place and never copied into the repository. */
export const sharedData = (...path: string[]): string =>
  join(process.env.INTERLAYER_SHARED ?? join(repository, '../shared'), 'data', ...path);

/** Where something is read from that is not here. */
export const readFrom = (folder: string): string =>
  `it is read from data/${folder} in the folder that INTERLAYER_SHARED names, or in ../shared`;

export const MISSING = readFrom('models');
